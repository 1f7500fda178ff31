import MeshCrypto
import MeshModel
import MeshWire

/// Who carries: what a state directory says of its kiosk and its mesh.
struct CourierMember: Sendable {
    let state: StateFiles
    let mesh: MeshID
    let sealing: TicketSealing
    let grants: GrantCodec
    /// Whether the kiosk keeps the ticket data: then it is one of the venue's, and no terminal.
    let hasStorage: Bool
    private let roster: Roster
    private let signing: SigningKey

    init(state path: String) throws(DaemonError) {
        state = try StateFiles.open(path, create: false)
        let (identity, charter, keys) = try state.member()
        mesh = charter.mesh
        hasStorage = identity.hasStorage
        sealing = TicketSealing(keys)
        signing = SigningKey(seed: identity.identitySeed)
        grants = GrantCodec(mesh: charter.mesh, verifier: SodiumVerifier())
        if let bytes = try state.read(StateFiles.rosterName) {
            do { roster = try DiskCoding.rosterFile(bytes) } catch {
                throw DaemonError("roster_damaged", "\(error.message).")
            }
        } else {
            roster = Roster(version: 0, entries: [charter.founder])
        }
    }

    func reader(_ path: String) throws(DaemonError) -> BundleReader {
        try BundleReader(path: path, mesh: mesh, sealing: sealing, roster: roster)
    }

    func writer(_ path: String, _ kind: BundleKind) throws(DaemonError) -> BundleWriter {
        guard let kiosk = KioskID(signing.publicKey) else {
            throw DaemonError("identity_damaged", "The kiosk's key is damaged.")
        }
        let header = BundleHeader(mesh: mesh, kiosk: kiosk, kind: kind, at: wallNow())
        return try BundleWriter(path: path, header: header, sealing: sealing, signing: signing)
    }
}
