/// What a failed command prints with `--json`.
package struct ErrorReport: Codable, Sendable, Hashable {
    /// The schema's number.
    package let schema: Int
    /// The error.
    package var error: Detail

    package init(error: Detail) {
        schema = ControlSchema.version
        self.error = error
    }

    /// The error's words.
    package struct Detail: Codable, Sendable, Hashable {
        /// A stable word for scripts.
        package var code: String
        /// What went wrong.
        package var message: String
        /// What to do about it; empty if nothing.
        package var hint: String

        package init(code: String, message: String, hint: String) {
            self.code = code
            self.message = message
            self.hint = hint
        }
    }
}
