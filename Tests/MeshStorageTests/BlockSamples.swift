import MeshCrypto

@testable import MeshStorage

func hashOfBlock(_ bytes: [UInt8]) -> [UInt8] { Blake2b.hash(bytes) }

/// The block at `sequence` of a chain that belongs to kiosk number `origin`.
func sampleBlock(_ origin: UInt8, _ sequence: UInt64, count: Int = 300) -> StoredBlock {
    var chain = [UInt8](repeating: origin, count: 40)
    chain += [0, 0, 0, 0, 0, 0, 0, 1]
    let text = Array("kiosk \(origin) block \(sequence) ".utf8)
    let bytes = (0..<count).map { text[$0 % text.count] }
    return StoredBlock(
        chain: chain, sequence: sequence, hash: hashOfBlock(bytes), bytes: bytes)
}

extension BlockStore {
    static func open(_ state: StateDirectory) throws(StorageError) -> BlockStore {
        try open(in: state, hash: { hashOfBlock($0) })
    }

    func all() throws(StorageError) -> [StoredBlock] {
        var blocks: [StoredBlock] = []
        try forEach { blocks.append($0) }
        return blocks
    }
}
