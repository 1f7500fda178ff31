/// Why something could not be sealed or opened under a passphrase.
package struct PassphraseSealError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; more may come.
    package struct Code: Hashable, Sendable {
        private let name: String
        private init(_ name: String) { self.name = name }

        /// The passphrase is not the one it was sealed under, or the bytes were damaged.
        package static let wrongPassphrase = Code("wrong_passphrase")
        /// The bytes are not a seal of this program.
        package static let notSealed = Code("not_sealed")
        /// Not enough free memory to derive the key.
        package static let outOfMemory = Code("out_of_memory")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, as a sentence.
    package let message: String
    /// What to do about it, as a sentence.
    package let hint: String

    /// Message and hint.
    package var description: String { "\(message) \(hint)" }

    static let wrongPassphrase = PassphraseSealError(
        code: .wrongPassphrase, message: "The passphrase does not open this.",
        hint: "Check the passphrase; if it is right, the file is damaged: use another copy.")
    static let notSealed = PassphraseSealError(
        code: .notSealed, message: "This is not something KioskMesh sealed under a passphrase.",
        hint: "Check that it is the right file and that it was copied whole.")
    static let outOfMemory = PassphraseSealError(
        code: .outOfMemory, message: "There is not enough free memory to use a passphrase.",
        hint: "Close other programs or do this on a larger machine.")
}
