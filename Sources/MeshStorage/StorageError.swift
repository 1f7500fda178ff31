/// Why something could not be kept on the disk or read back from it.
package struct StorageError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The name as it appears in JSON.
        package var description: String { name }

        /// There is no state directory at that path.
        package static let missing = Code("missing")
        /// The directory cannot be created.
        package static let cannotCreate = Code("cannot_create")
        /// The path names something that is not a directory.
        package static let notADirectory = Code("not_a_directory")
        /// A file's name is taken by a directory.
        package static let notAFile = Code("not_a_file")
        /// The directory is used for something else.
        package static let foreign = Code("not_a_state_directory")
        /// Files cannot be created or changed there.
        package static let notWritable = Code("not_writable")
        /// No room is left on the disk.
        package static let full = Code("disk_full")
        /// Another process holds the state directory.
        package static let locked = Code("locked")
        /// What the disk holds is not what was written.
        package static let corrupt = Code("corrupt")
        /// The disk failed to read, write or flush.
        package static let inputOutput = Code("input_output")
        /// The files were written by a newer version of this program.
        package static let newerVersion = Code("newer_version")
        /// A block or payload does not fit the file format, or its position is taken.
        package static let refused = Code("refused")
        /// More is waiting for the disk than the queue may hold.
        package static let queueFull = Code("disk_queue_full")
        /// The disk queue was shut down, or stopped after a failure.
        package static let stopped = Code("disk_queue_stopped")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, as a sentence.
    package let message: String
    /// What to do about it, as a sentence.
    package let hint: String

    /// An error of kind `code`, with both sentences.
    package init(code: Code, message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Message and hint.
    package var description: String { "\(message) \(hint)" }
}
