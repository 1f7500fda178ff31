/// Why bytes of a peer or of the disk were not taken. Nothing of them was used.
package struct WireError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        case malformed
        case unknownMessage
        case wrongVersion
        case wrongMesh
        case badSignature
        case notOnRoster
        case overLimit
    }

    package let code: Code
    /// A plain sentence.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension WireError: CustomStringConvertible {
    package var description: String { message }
}
