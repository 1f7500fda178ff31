import Glibc
import Synchronization

/// What the vote file holds.
package enum VoteFileState: Sendable, Equatable {
    /// There is none: nothing was promised on this directory yet.
    case absent
    /// The newest payload that was saved whole.
    case valid([UInt8])
    /// Neither slot can be trusted: what was promised is unknown, so this kiosk must not vote.
    case corrupt(reason: String)
}

/// The file `vote`: what this kiosk promised in elections, in two slots written in turn, so that
/// a power cut during a write leaves the payload before it.
package final class VoteFile: Sendable {
    /// The file's name in the state directory.
    package static let name = "vote"
    /// Most bytes of a payload: what a 64 KiB slot holds beside its header, rounded down.
    package static let maximumPayloadLength = 60_000

    private struct State: ~Copyable {
        var file: OpenFile?
        var nextCounter: UInt64 = 1
        var nextSlot = 0
        var failure: StorageError?
    }

    private let directory: StateDirectory
    private let state: Mutex<State>

    /// The vote file of `directory`; nothing is read or created yet.
    package init(in directory: StateDirectory) {
        self.directory = directory
        state = Mutex(State())
    }

    /// Reads the file and prepares for saving. Throws `inputOutput` or `notWritable`.
    package func load() throws(StorageError) -> VoteFileState {
        try state.withLock { state throws(StorageError) in
            try open(&state)
        }
    }

    /// Makes `payload` (at most 60,000 bytes) the newest; durable on return. After an error
    /// every further call throws the same: a flush that failed cannot be repeated.
    /// Throws `full`, `inputOutput`, `notWritable`, `refused` (too long), and `corrupt` where
    /// the file is damaged: it has to be set aside first.
    package func save(_ payload: [UInt8]) throws(StorageError) {
        try state.withLock { state throws(StorageError) in
            if let failure = state.failure { throw failure }
            do throws(StorageError) {
                try save(payload, &state)
            } catch {
                state.failure = error
                throw error
            }
        }
    }

    /// Renames the file to `vote.damaged-<n>` and returns that name. What it promised is lost
    /// with it: the caller must not vote until it is admitted anew.
    package func setAside() throws(StorageError) -> String {
        try state.withLock { state throws(StorageError) in
            let name = try directory.nameAside(for: Self.name)
            try directory.moveAside(Self.name, to: name)
            state = State()
            return name
        }
    }

    /// Throws `refused` where the payload is too long.
    static func check(_ payload: [UInt8]) throws(StorageError) {
        guard payload.count <= maximumPayloadLength else {
            throw StorageError(
                code: .refused,
                message: "A vote of \(payload.count) bytes does not fit its file.",
                hint: "This is a fault of the program: please report it with the log.")
        }
    }

    private func save(_ payload: [UInt8], _ state: inout State) throws(StorageError) {
        try Self.check(payload)
        if state.file == nil, case .corrupt(let reason) = try open(&state) {
            throw .corrupt("The vote file is damaged: \(reason).")
        }
        let slot = VoteSlot(counter: state.nextCounter, payload: payload).encoded()
        if state.file == nil {
            try create(slot, &state)
        } else {
            try state.file!.write(slot, at: state.nextSlot * VoteSlot.stride)
            try state.file!.synchroniseData()
        }
        state.nextCounter += 1
        state.nextSlot = 1 - state.nextSlot
    }

    /// The first save writes the whole file beside its place and renames it there: a file with
    /// no valid slot is never the trace of a power cut. Both slots then own their disk blocks,
    /// so that later saves need no room and no metadata.
    private func create(_ slot: [UInt8], _ state: inout State) throws(StorageError) {
        var image = [UInt8](repeating: 0, count: 2 * VoteSlot.stride)
        image.replaceSubrange(0..<slot.count, with: slot)
        try directory.write(image, to: Self.name)
        state.file = try OpenFile(directory.path(of: Self.name), flags: O_RDWR)
        state.nextSlot = 0
    }

    private func open(_ state: inout State) throws(StorageError) -> VoteFileState {
        state.file = nil
        guard let image = try directory.read(Self.name) else {
            state.nextCounter = 1
            state.nextSlot = 0
            return .absent
        }
        let slots = (0..<2).map { index in
            VoteSlot.decode(image.dropFirst(index * VoteSlot.stride).prefix(VoteSlot.stride))
        }
        let valid = slots.indices.compactMap { index -> (index: Int, slot: VoteSlot)? in
            guard case .valid(let slot) = slots[index] else { return nil }
            return (index, slot)
        }
        guard let newest = valid.max(by: { $0.slot.counter < $1.slot.counter }),
            newest.slot.counter < .max
        else {
            return .corrupt(reason: Self.describe(slots))
        }
        state.nextCounter = newest.slot.counter + 1
        state.nextSlot = 1 - newest.index
        state.file = try OpenFile(directory.path(of: Self.name), flags: O_RDWR)
        return .valid(newest.slot.payload)
    }

    private static func describe(_ slots: [VoteSlot.Content]) -> String {
        slots.enumerated().map { index, content in
            let place = index == 0 ? "first" : "second"
            return switch content {
            case .empty: "the \(place) copy was never written"
            case .damaged(let reason): "the \(place) copy is damaged (\(reason))"
            case .valid: "the \(place) copy cannot be followed by another"
            }
        }.joined(separator: " and ")
    }
}
