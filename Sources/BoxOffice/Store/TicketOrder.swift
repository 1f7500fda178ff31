import MeshCrypto

/// A ticket to be sold now.
package struct TicketOrder: Hashable, Sendable {
    /// Name or short name.
    package var event: String
    package var product: String
    package var holder = ""
    package var seat = ""
    package var account = ""
    package var idNumber = ""
    /// Milliseconds since 1970 UTC; nil is without limit.
    package var validFrom: Int64?
    package var validUntil: Int64?
    /// How often it may be redeemed.
    package var entries = 1
    /// An event or product that is not there is made, where it would be refused otherwise.
    package var createsMissing = false

    package init(event: String, product: String) {
        self.event = event
        self.product = product
    }

    /// The first thing that is wrong with it, in words; nil where it can be sold.
    var problem: String? {
        let texts = [
            ("event", event, 1...1_024), ("product", product, 0...1_024),
            ("holder", holder, 0...200), ("seat", seat, 0...200), ("account", account, 0...512),
            ("id number", idNumber, 0...512),
        ]
        for (name, text, lengths) in texts {
            let isPlain = !text.unicodeScalars.contains {
                $0.value < 0x20 || (0x7F...0x9F).contains($0.value)
            }
            if !lengths.contains(text.utf8.count) {
                return "The \(name) is \(text.utf8.count) bytes long; "
                    + "\(lengths.lowerBound) to \(lengths.upperBound) are possible."
            }
            if !isPlain { return "The \(name) holds a control character." }
        }
        if !(1...1_000_000).contains(entries) { return "The entries are not 1 to 1000000." }
        if let validFrom, let validUntil, validUntil < validFrom {
            return "The validity ends before it begins."
        }
        return nil
    }
}

/// A ticket that was sold.
package struct IssuedTicket: Codable, Hashable, Sendable {
    /// The text of a QR code that one mesh can read.
    package struct Code: Codable, Hashable, Sendable {
        /// The mesh's id in hexadecimal.
        package var mesh: String
        package var text: String
    }

    /// The ticket's name here.
    package var key: String
    /// What can be typed.
    package var serial: String
    /// The event's short name.
    package var event: String
    package var codes: [Code]
}

/// A mesh as the box office knows it.
package struct MeshAddress: Hashable, Sendable {
    /// 32 bytes each.
    package let id: [UInt8]
    package let boxKey: [UInt8]

    /// Both in hexadecimal with a colon between: what `kioskmesh` tells of a mesh.
    package var text: String { Hex.encode(id) + ":" + Hex.encode(boxKey) }

    /// Nil where the lengths are wrong or nothing can be sealed to the key.
    package init?(id: [UInt8], boxKey: [UInt8]) {
        guard id.count == 32, SealedBox.seal([], to: boxKey) != nil else { return nil }
        self.id = id
        self.boxKey = boxKey
    }

    /// Reads `text`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts.first, let last = parts.last,
            let id = Hex.decode(String(first)), let key = Hex.decode(String(last))
        else { return nil }
        self.init(id: id, boxKey: key)
    }
}
