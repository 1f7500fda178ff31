import Foundation
import MeshConsensus
import MeshCrypto
import MeshModel
import MeshStorage
import MeshWire

/// Makes a mesh: admin key, the first kiosk, the charter.
enum Founding {
    static let firstTokenUses: UInt32 = 50
    static let firstTokenLife: WallTime = 12 * 3600 * 1000

    static func found(
        state path: String, venue: String, name: String, passphrase: String?,
        storage: StorageChoice
    ) throws(DaemonError) -> FoundedMesh {
        try checkName(name)
        try checkVenue(venue)
        let state = try StateFiles.open(path, create: true)
        let lock = try state.lock()
        defer { withExtendedLifetime(lock) {} }
        if let identity = try state.identity() {
            throw alreadyUsed(path, identity)
        }
        try demandStorage(state, storage)
        let admin = SigningKey.generate()
        let identity = SigningKey.generate()
        let tls = SigningKey.generate()
        guard let adminKey = Key32(admin.publicKey), let kiosk = KioskID(identity.publicKey),
            let tlsKey = Key32(tls.publicKey)
        else { throw DaemonError("key", "libsodium made a key of another length.") }
        let mesh = Charter.meshID(of: adminKey)
        let token = TokenText(
            mesh: mesh, uses: firstTokenUses, expires: wallNow() + firstTokenLife)
        var vote = state.newVote(accepted: nil)
        let genesis = Register(
            epoch: 0, version: 0, host: kiosk,
            inSync: [Member(kiosk: kiosk, incarnation: vote.logIncarnation)],
            voters: [Voter(kiosk: kiosk, incarnation: vote.voteIncarnation)])
        vote.accepted = genesis
        let founder = RosterEntry(
            kiosk: kiosk, name: name, tlsKey: tlsKey, hasStorage: true)
        let charter = try signed(
            venue: venue, founder: founder, genesis: genesis, token: token, admin: admin)
        try state.write(try sealAdminKey(admin, passphrase), to: StateFiles.adminKeyName)
        try state.write(
            try Operators.make(name: Operators.founderName, admin: admin), to: Operators.keyName)
        try state.saveVote(vote)
        try state.save(
            IdentityFile(
                identitySeed: identity.seed, tlsSeed: tls.seed, name: name,
                hasStorage: true, charter: charter.bytes,
                keys: MeshKeys(credential: randomKey(), details: randomKey())))
        return FoundedMesh(mesh: mesh.key.hex, kiosk: kiosk.key.hex, token: token.text)
    }

    /// The first kiosk keeps the ticket data: there is no other yet.
    private static func demandStorage(
        _ state: StateFiles, _ choice: StorageChoice
    ) throws(DaemonError) {
        guard try !state.detectsStorage(choice) else { return }
        let path = state.directory.path
        guard choice != .no else {
            throw DaemonError(
                "no_storage", "The first kiosk of a mesh must store the ticket data.",
                hint: "Found the mesh on a kiosk with a disk; others may join with --storage no.",
                exitCode: 64)
        }
        throw DaemonError(
            "no_storage", "\(path) is not on a durable disk with 1 GB free.",
            hint: "Choose a directory on a real disk; or say --storage yes if this one is durable.")
    }

    static func prepareJoin(
        token: String, state path: String, name: String, storage: StorageChoice,
        isTerminal: Bool = false
    ) throws(DaemonError) {
        guard let text = TokenText(token) else { throw badToken }
        try checkName(name)
        let state = try StateFiles.open(path, create: true)
        let lock = try state.lock()
        defer { withExtendedLifetime(lock) {} }
        var identity: IdentityFile
        if let known = try state.identity() {
            guard known.charter == nil else { throw alreadyUsed(path, known) }
            identity = known
        } else {
            identity = IdentityFile(
                identitySeed: SigningKey.generate().seed, tlsSeed: SigningKey.generate().seed,
                name: name, hasStorage: false)
        }
        identity.name = name
        identity.hasStorage = try state.detectsStorage(isTerminal ? .no : storage)
        identity.isTerminal = isTerminal
        identity.pendingToken = text.text
        identity.joinRequest = RequestID.random()
        try state.save(identity)
    }

    static var badToken: DaemonError {
        DaemonError(
            "bad_token", "This join token is broken: it is cut short or has a wrong character.",
            hint: "Copy all of it, from km1 to the end; `kioskmesh token create` prints a new one.",
            exitCode: 64)
    }

    /// It is shown on every screen and in every log.
    static func checkVenue(_ venue: String) throws(DaemonError) {
        guard !venue.allSatisfy(\.isWhitespace), venue.utf8.count <= 128 else {
            throw DaemonError(
                "bad_venue", "A venue's name has 1 to 128 bytes and is not blank.",
                hint: "For example: --venue hall-3", exitCode: 64)
        }
        let isControl: (Unicode.Scalar) -> Bool = { scalar in
            [.control, .lineSeparator, .paragraphSeparator].contains(
                scalar.properties.generalCategory)
        }
        guard !venue.unicodeScalars.contains(where: isControl) else {
            throw DaemonError(
                "bad_venue", "A venue's name holds no line breaks or other control characters.",
                hint: "For example: --venue hall-3", exitCode: 64)
        }
    }

    static func checkName(_ name: String) throws(DaemonError) {
        guard KioskName.isValid(name) else {
            throw DaemonError(
                "bad_name",
                "A kiosk's name has 1 to \(KioskName.maximumBytes) bytes: "
                    + "letters, digits, '-', '_', '.'.",
                hint: "For example: --name gate-a", exitCode: 64)
        }
    }

    private static func alreadyUsed(_ path: String, _ identity: IdentityFile) -> DaemonError {
        DaemonError(
            "already_member", "\(path) already holds the kiosk \(identity.name).",
            hint: "Start it with `kioskmesh run --state \(path)`, or give another directory.")
    }

    private static func signed(
        venue: String, founder: RosterEntry, genesis: Register, token: TokenText,
        admin: SigningKey
    ) throws(DaemonError) -> Charter {
        do {
            return try Charter.sign(
                venue: venue, founder: founder, genesis: genesis, firstToken: token.record,
                admin: admin)
        } catch {
            throw DaemonError("charter", error.message)
        }
    }

    private static func sealAdminKey(
        _ admin: SigningKey, _ passphrase: String?
    ) throws(DaemonError) -> [UInt8] {
        guard let passphrase else { return admin.seed }
        do {
            return try PassphraseSeal(passphrase: passphrase).seal(admin.seed)
        } catch {
            throw DaemonError("passphrase", "The admin key could not be sealed: \(error).")
        }
    }

    private static func randomKey() -> Key32 { Key32(RandomBytes.make(32)) ?? .zero }
}

/// The wall clock, milliseconds since 1970-01-01 UTC.
func wallNow() -> WallTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return WallTime(now.tv_sec) * 1000 + WallTime(now.tv_nsec) / 1_000_000
}

extension Now {
    static var present: Now { Now(tick: tickNow(), wall: wallNow()) }
}

/// The steady clock, which does not stop while the machine is suspended.
func tickNow() -> Tick {
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    return Tick(nanoseconds: UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec))
}
