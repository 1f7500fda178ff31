import Glibc

/// An address out of an A or AAAA record, in the order in which one should try them.
struct NetworkAddress: Hashable, Comparable {
    private enum Kind: Int { case version4, version6, linkLocal }

    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]
    let interfaceIndex: UInt32

    /// Nil where the record's length fits neither kind.
    init?(bytes: [UInt8], interfaceIndex: UInt32) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
        self.interfaceIndex = interfaceIndex
    }

    private var kind: Kind {
        if bytes.count == 4 { return .version4 }
        return bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 ? .linkLocal : .version6
    }

    /// Numeric; with the interface for link-local IPv6, which means nothing without it.
    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        let text = buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        return kind == .linkLocal ? "\(text)%\(Self.interfaceName(interfaceIndex))" : text
    }

    static func < (left: NetworkAddress, right: NetworkAddress) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private static func interfaceName(_ index: UInt32) -> String {
        var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(index, &buffer) != nil else { return String(index) }
        return buffer.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}
