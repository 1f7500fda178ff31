import FoundationEssentials
import NIOCore

/// What a device got for the text of pretix's device QR code.
package struct PretixEnrollment: Hashable, Sendable {
    /// The security profile that reads everything the mesh needs.
    package static let fullProfile = "full"

    package var address: ServerAddress
    package var organizer: String
    package var access: PretixAccess
    /// The device's name and number in pretix.
    package var name: String
    package var deviceID: UInt64
    package var securityProfile: String
    package var gate: UInt64?

    /// What has to be changed in pretix before the mesh can work with it; nil where it is fine.
    package var problem: String? {
        guard securityProfile != Self.fullProfile else { return nil }
        return "Device \(name) has the security profile \(securityProfile); "
            + "change it to full device access in pretix"
    }
}

/// What enrols: shown in pretix's list of devices.
package struct PretixDeviceModel: Hashable, Sendable {
    package var hardwareBrand: String
    package var hardwareModel: String
    package var softwareVersion: String

    package init(
        hardwareBrand: String = "Generic", hardwareModel: String = "kiosk",
        softwareVersion: String
    ) {
        self.hardwareBrand = hardwareBrand
        self.hardwareModel = hardwareModel
        self.softwareVersion = softwareVersion
    }
}

extension PretixServer {
    /// Newest handshake that is spoken.
    static let handshakeVersion = 1
    /// Longest QR text taken, in bytes.
    static let maximumQRBytes = 4_096

    /// Makes a device of pretix out of the text of its QR code. That works once per code: store
    /// what comes back before anything else.
    package static func enroll(
        qrText: String, as model: PretixDeviceModel, allowsPlainHTTP: Bool = false,
        limits: ServerCallLimits = ServerCallLimits(), certificateFile: String? = nil
    ) async throws(ServerError) -> PretixEnrollment {
        let code = try PretixDeviceCode(qrText)
        let address = try ServerAddress(code.url, allowsPlainHTTP: allowsPlainHTTP)
        let caller = ServerCaller(
            address, authorization: nil, limits: limits, certificateFile: certificateFile)
        let result: Result<ServerAnswer, ServerError>
        do {
            result = .success(
                try await caller.post(
                    ServerPath(
                        ["api", "v1", "device", "initialize"], endsWithSlash: false),
                    json: initialization(token: code.token, model)))
        } catch {
            result = .failure(error)
        }
        await caller.close()
        return try enrollment(try result.get(), address)
    }

    private static func initialization(token: String, _ model: PretixDeviceModel) -> ByteBuffer {
        let members: [String: JSONValue] = [
            "token": .string(token), "hardware_brand": .string(model.hardwareBrand),
            "hardware_model": .string(model.hardwareModel),
            "software_brand": .string("KioskMesh"),
            "software_version": .string(model.softwareVersion),
        ]
        return ByteBuffer(string: JSONValue.object(members).text)
    }

    private static func enrollment(
        _ answer: ServerAnswer, _ address: ServerAddress
    ) throws(ServerError) -> PretixEnrollment {
        if answer.status == 400 {
            throw ServerError(
                .unauthorized,
                "\(address.place) does not take the QR code: "
                    + (ServerWords.of(answer.body) ?? "it gives no reason"),
                hint: "Each code works once: make a new one in pretix under Devices")
        }
        guard answer.status == 200 || answer.status == 201 else {
            throw ServerError(refusedBy: address, answer)
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard
            let device = try? decoder.decode(
                PretixDevice.self, from: Data(buffer: answer.body))
        else {
            throw ServerError(
                .badAnswer, "\(address.place) answered what pretix does not.",
                hint: "Check the code; if it is spent now, make a new one under Devices")
        }
        return PretixEnrollment(
            address: address, organizer: device.organizer,
            access: PretixAccess(.device, device.apiToken),
            name: ServerWords.plain(device.name), deviceID: device.deviceId,
            securityProfile: ServerWords.plain(device.securityProfile), gate: device.gate?.id)
    }
}

/// The text of pretix's device QR code.
struct PretixDeviceCode: Hashable, Sendable {
    var url: String
    var token: String

    init(_ text: String) throws(ServerError) {
        struct Words: Decodable {
            var handshakeVersion: Int
            var url: String?
            var token: String?
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard text.utf8.count <= PretixServer.maximumQRBytes,
            let words = try? decoder.decode(Words.self, from: Data(text.utf8))
        else {
            throw ServerError(
                .unsupported, "This is not the text of a pretix device code.",
                hint: "Copy all of it, from { to }")
        }
        guard words.handshakeVersion == PretixServer.handshakeVersion else {
            throw ServerError(
                .unsupported,
                "The code asks for handshake \(words.handshakeVersion); this knows 1.",
                hint: "Use a newer KioskMesh, or an API token in place of the code")
        }
        guard let url = words.url, let token = words.token, !token.isEmpty else {
            throw ServerError(
                .unsupported, "The device code has no address or no token.",
                hint: "Make a new one in pretix under Devices")
        }
        self.url = url
        self.token = token
    }
}

private struct PretixDevice: Decodable, Sendable {
    var organizer: String
    var deviceId: UInt64
    var apiToken: String
    var name: String
    var securityProfile: String
    var gate: PretixGate?
}
