/// Why the box office could not do what it was asked to.
package struct BoxOfficeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable word for scripts, also in the JSON of every refused request.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        // The data directory.
        case noBoxOffice = "no_box_office"
        case notWritable = "not_writable"
        case diskFull = "disk_full"
        case damaged
        case newerVersion = "newer_version"
        case inUse = "in_use"
        case inputOutput = "input_output"
        // The network.
        case portInUse = "port_in_use"
        case cannotListen = "cannot_listen"
        // What was asked.
        case unauthorized
        case unknownPath = "unknown_path"
        case unknownEvent = "unknown_event"
        case unknownProduct = "unknown_product"
        case unknownMesh = "unknown_mesh"
        case meshKeyDiffers = "mesh_key_differs"
        case foreignCursor = "foreign_cursor"
        case invalid
        case tooLarge = "too_large"
        // A tickets file.
        case ticketsFile = "tickets_file"
    }

    /// What kind of failure it is.
    package let code: Code
    /// What happened, as a sentence.
    package let message: String
    /// What to do about it, as a sentence.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// Message and hint.
    package var description: String { "\(message) \(hint)" }
}
