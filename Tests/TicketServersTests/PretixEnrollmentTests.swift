import NIOHTTP1
import Testing

@testable import TicketServers

@Suite struct PretixEnrollmentTests {
    private func enroll(
        _ qrText: @escaping (String) -> String, _ reply: ScriptedServer.Reply
    ) async throws -> (PretixEnrollment, [ScriptedServer.Request]) {
        try await ScriptedServer.run { _ in
            reply
        } _: { server in
            let enrollment = try await PretixServer.enroll(
                qrText: qrText(server.url), as: PretixDeviceModel(softwareVersion: "0.1.0"))
            return (enrollment, server.requests)
        }
    }

    private static func code(_ url: String) -> String {
        #"{"handshake_version":1,"url":"\#(url)","token":"a3k25sz2xjmmdare"}"#
    }

    private static func device(profile: String = "full", gate: String = "null") -> String {
        """
        {"organizer":"venue","device_id":5,"unique_serial":"9PR0ZJREYB5CQPM5","api_token":"9luy8",
        "name":"kiosk-new","security_profile":"\(profile)","gate":\(gate)}
        """
    }

    @Test func aCodeBecomesADevice() async throws {
        let body = Self.device(gate: #"{"id":7,"name":"North","identifier":"X"}"#)
        let (device, requests) = try await enroll(Self.code, .answer(200, body: body))
        #expect(device.organizer == "venue" && device.name == "kiosk-new" && device.deviceID == 5)
        #expect(device.access == PretixAccess(.device, "9luy8"))
        #expect(device.gate == 7 && device.problem == nil)
        let request = try #require(requests.first)
        #expect(request.path == "/api/v1/device/initialize")
        #expect(request.headers.first(name: "Authorization") == nil)
        for part in [
            #""token":"a3k25sz2xjmmdare""#, #""software_brand":"KioskMesh""#,
            #""software_version":"0.1.0""#,
        ] { #expect(request.body.contains(part)) }
    }

    @Test func aNarrowProfileIsSaid() async throws {
        let (device, _) = try await enroll(
            Self.code, .answer(200, body: Self.device(profile: "pretixscan_online_kiosk")))
        #expect(device.problem?.contains("pretixscan_online_kiosk") == true)
    }

    @Test(
        arguments: [
            (
                400, #"{"token":["This initialization token has already been used."]}"#,
                .unauthorized, "already been used"
            ),
            (400, #"{"token":["Unknown initialization token."]}"#, .unauthorized, "Unknown"),
            (400, "<html>", .unauthorized, "no reason"), (404, "", .notFound, "no such thing"),
            (200, "{}", .badAnswer, "pretix does not"), (502, "", .busy, "502"),
        ] as [(Int, String, ServerError.Code, String)])
    func refusals(
        _ status: Int, _ body: String, _ code: ServerError.Code, _ words: String
    ) async throws {
        let error = await #expect(throws: ServerError.self) {
            try await enroll(Self.code, .answer(status, body: body))
        }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("a3k25sz2xjmmdare") == false)
    }

    @Test(arguments: [
        ("", "device code"), ("hello", "device code"), ("[]", "device code"),
        (#"{"handshake_version":2,"what":"ever"}"#, "handshake 2"),
        (#"{"handshake_version":1,"url":"https://x.example"}"#, "no token"),
        (#"{"handshake_version":1,"url":"https://x.example","token":""}"#, "no token"),
        (#"{"handshake_version":1,"url":"http://x.example","token":"t"}"#, "readable"),
        (#"{"handshake_version":1,"url":"x","token":"t"}"#, "not readable"),
        (String(repeating: " ", count: 5_000), "device code"),
    ])
    func codesThatAreNone(_ text: String, _ words: String) async throws {
        let error = await #expect(throws: ServerError.self) {
            try await PretixServer.enroll(
                qrText: text, as: PretixDeviceModel(softwareVersion: "0.1.0"))
        }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
}
