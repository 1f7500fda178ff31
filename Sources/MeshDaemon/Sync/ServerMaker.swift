import Logging
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
        switch grant.server.kind {
        case "csv":
            return (try CSVFolderServer(path: grant.server.address, mesh: mesh.key.hex), nil)
        case "box-office":
            return (
                try BoxOfficeClient(
                    url: grant.server.address, token: secrets.token, mesh: mesh.key.bytes,
                    meshBoxKey: sealing.boxKey.publicKey, logger: logger), nil
            )
        default:
            throw ServerError(
                .unsupported, "There is no kind of ticket server called \(grant.server.kind).",
                hint: "Use pretix, box-office or csv, or install a newer release everywhere.")
        }
    }
}
