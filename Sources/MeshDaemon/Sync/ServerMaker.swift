import Logging
import MeshControl
import MeshCrypto
import MeshModel
import MeshWire
import TicketServers

/// Makes the connection that a grant names.
struct ServerMaker: Sendable {
    let sealing: TicketSealing
    let mesh: MeshID
    let logger: Logger

    /// - Parameter knownToken: what an earlier enrolment gave.
    /// - Returns: the server, and a token that must be kept, where signing in gave a new one.
    func make(
        _ grant: Grant, _ secrets: GrantSecrets, knownToken: String?
    ) async throws(ServerError) -> (any TicketServer, newToken: String?) {
        let address = grant.server.address
        switch grant.server.kind {
        case "csv": return (try CSVFolderServer(path: address, mesh: mesh.key.hex), nil)
        case "box-office":
            let client = try BoxOfficeClient(
                address: address, token: secrets.token, meshID: mesh.key.bytes,
                boxKey: sealing.boxKey.publicKey, allowsPlainHTTP: true)
            return (client, nil)
        case "pretix":
            if secrets.token.isEmpty { return try await enrolled(grant, secrets, knownToken) }
            return (try await signedIn(grant, secrets.token), nil)
        default:
            throw ServerError(
                .unsupported, "There is no kind of ticket server called \(grant.server.kind).",
                hint: "Use pretix, box-office or csv, or install a newer release everywhere.")
        }
    }

    /// An API token is a team's or a device's; the text does not tell which.
    private func signedIn(
        _ grant: Grant, _ token: String
    ) async throws(ServerError) -> any TicketServer {
        let address = try ServerAddress(grant.server.address, allowsPlainHTTP: true)
        let device = try pretix(grant, address, PretixAccess(.device, token))
        do throws(ServerError) {
            _ = try await device.describe()
            return device
        } catch {
            guard error.code == .unauthorized || error.code == .forbidden else {
                await device.close()
                throw error
            }
        }
        await device.close()
        return try pretix(grant, address, PretixAccess(.token, token))
    }

    /// A device code works once: what it gave is recorded before anything else.
    private func enrolled(
        _ grant: Grant, _ secrets: GrantSecrets, _ knownToken: String?
    ) async throws(ServerError) -> (any TicketServer, newToken: String?) {
        if let knownToken {
            // organiser, address and token, a line each
            let lines = knownToken.split(separator: "\n").map(String.init)
            if lines.count == 3 {
                var enrolled = grant
                enrolled.server.organizer = lines[0]
                let address = try ServerAddress(lines[1], allowsPlainHTTP: true)
                return (try pretix(enrolled, address, PretixAccess(.device, lines[2])), nil)
            }
        }
        let device = try await PretixServer.enroll(
            qrText: secrets.enrolment,
            as: PretixDeviceModel(softwareVersion: ControlSchema.program), allowsPlainHTTP: true)
        if let problem = device.problem { logger.warning("\(problem)") }
        var enrolled = grant
        enrolled.server.organizer = device.organizer
        let kept = [device.organizer, device.address.text, device.access.secret]
        return (
            try pretix(enrolled, device.address, device.access), kept.joined(separator: "\n")
        )
    }

    private func pretix(
        _ grant: Grant, _ address: ServerAddress, _ access: PretixAccess
    ) throws(ServerError) -> PretixServer {
        guard !grant.server.organizer.isEmpty else {
            throw ServerError(
                .unsupported, "Grant \(grant.name) names no organizer.",
                hint: "Add `organizer:` to the grant's server and add it again.")
        }
        return try PretixServer(
            PretixServer.Configuration(
                address: address, organizer: grant.server.organizer, access: access,
                events: grant.scope.events))
    }
}
