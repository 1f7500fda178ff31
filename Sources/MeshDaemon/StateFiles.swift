import Foundation
import MeshConsensus
import MeshCrypto
import MeshLedger
import MeshModel
import MeshStorage
import MeshWire

/// The files of a state directory, read and written as what they mean.
struct StateFiles: Sendable {
    static let identityName = StateDirectory.identityName
    static let rosterName = "roster"
    static let optionsName = "options.json"
    static let addressesName = "addresses"
    static let adminKeyName = "admin-key"

    let directory: StateDirectory

    static func open(_ path: String, create: Bool) throws(DaemonError) -> StateFiles {
        do {
            return StateFiles(directory: try StateDirectory.open(path: path, create: create))
        } catch {
            throw DaemonError(error)
        }
    }

    func lock() throws(DaemonError) -> DirectoryLock {
        do { return try directory.lock() } catch { throw DaemonError(error) }
    }

    func read(_ name: String) throws(DaemonError) -> [UInt8]? {
        do { return try directory.read(name) } catch { throw DaemonError(error) }
    }

    func write(_ bytes: [UInt8], to name: String) throws(DaemonError) {
        do { try directory.write(bytes, to: name, mode: 0o600) } catch { throw DaemonError(error) }
    }

    func identity() throws(DaemonError) -> IdentityFile? {
        guard let bytes = try read(Self.identityName) else { return nil }
        do {
            return try IdentityFile(bytes: bytes)
        } catch {
            throw DaemonError(
                "identity_damaged", "The identity file of \(directory.path) is damaged.",
                hint:
                    "Without its keys this kiosk is nobody: move the directory aside, "
                    + "revoke the old kiosk, and join anew with a token."
            )
        }
    }

    /// The kiosk whose directory this is, where it was admitted to a mesh.
    func member() throws(DaemonError) -> (IdentityFile, Charter, MeshKeys) {
        guard let identity = try identity(), let keys = identity.keys,
            let bytes = identity.charter, let charter = try? Charter(bytes: bytes)
        else {
            throw DaemonError(
                "not_member", "\(directory.path) holds no kiosk of a mesh.",
                hint: "Give the state directory of a kiosk that was admitted: --state DIR")
        }
        return (identity, charter, keys)
    }

    func save(_ identity: IdentityFile) throws(DaemonError) {
        try write(identity.bytes, to: Self.identityName)
    }

    /// Whether this directory is a durable place for ticket data.
    func detectsStorage(_ choice: StorageChoice) throws(DaemonError) -> Bool {
        switch choice {
        case .yes: return true
        case .no: return false
        case .auto:
            do {
                if case .durable = try directory.storageClass() { return true }
                return false
            } catch {
                throw DaemonError(error)
            }
        }
    }

    // MARK: the vote file

    func newVote(accepted: Register?) -> VoteState {
        VoteState(
            accepted: accepted, voteIncarnation: Self.newIncarnation(),
            logIncarnation: Self.newIncarnation())
    }

    static func newIncarnation() -> Incarnation {
        RandomBytes.make(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    func saveVote(_ vote: VoteState) throws(DaemonError) {
        do {
            let file = VoteFile(in: directory)
            _ = try file.load()
            try file.save(DiskCoding.encode(vote))
        } catch {
            throw DaemonError(error)
        }
    }
}

extension RequestID {
    /// A random one.
    static func random() -> RequestID {
        RequestID(RandomBytes.make(16)) ?? RequestID(high: 0, low: 0)
    }

    /// As people see it: a lower-case UUID.
    var uuid: String {
        let text = hex
        let cuts = [8, 12, 16, 20]
        var out = ""
        for (index, character) in text.enumerated() {
            if cuts.contains(index) { out.append("-") }
            out.append(character)
        }
        return out
    }

    /// Reads a UUID in either case; nil where it is none.
    init?(uuid: String) {
        guard uuid.utf8.count == 36,
            let bytes = MeshModel.bytes(hexadecimal: uuid.filter { $0 != "-" })
        else { return nil }
        self.init(bytes)
    }
}
