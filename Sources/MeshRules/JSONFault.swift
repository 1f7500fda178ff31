/// Why a text is not JSON that is taken here.
package struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// More than `JSONValue.maximumBytes`.
        case tooLong
        /// Arrays and objects nested deeper than `JSONValue.maximumDepth`.
        case tooDeep
        /// The text ends before the value does.
        case cutOff
        /// A character that has no place there.
        case unexpected
        /// A number that is malformed, or beyond every finite number.
        case number
        /// An unknown escape, a bare control character, or half a surrogate pair.
        case string
        /// Something follows the value.
        case trailing
    }

    package var code: Code
    /// Where, in bytes of UTF-8 from the start.
    package var offset: Int

    package init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }

    /// One plain sentence and what to do.
    package var description: String {
        switch code {
        case .tooLong:
            "The JSON is longer than \(JSONValue.maximumBytes) bytes; shorten the rules."
        case .tooDeep:
            "The JSON is nested deeper than \(JSONValue.maximumDepth) levels at byte \(offset); "
                + "flatten the rules."
        case .cutOff: "The JSON ends too early, at byte \(offset); fetch it again."
        case .unexpected:
            "Byte \(offset) of the JSON has no place there; correct or fetch it again."
        case .number:
            "The number at byte \(offset) of the JSON is malformed or too large; correct it."
        case .string: "The text at byte \(offset) of the JSON is malformed; correct its escapes."
        case .trailing: "Something follows the JSON at byte \(offset); remove it."
        }
    }
}
