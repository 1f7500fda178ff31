import Foundation
import Glibc
import MeshCrypto
import MeshModel
import MeshWire

/// A bundle's file: magic bytes, the header's frame, sealed items, and at the end a signature over
/// all of it (`Protocols/bundle.md`). Nothing of it is used before the signature was verified.
enum BundleFile {
    static let magic = Array("KMBUNDLE0\n".utf8)
    /// A frame holds a page of tickets at most.
    static let maximumFrame = 8 << 20

    static func failed(_ path: String, _ what: String) -> DaemonError {
        DaemonError(
            "bundle_file", "\(path) \(what).",
            hint: "Check the path, the rights and the room on that disk.")
    }
}

/// Writes a bundle beside its place and renames it when it is whole and on the disk.
final class BundleWriter {
    private let path: String
    private let temporary: String
    private let sealing: TicketSealing
    private let signing: SigningKey
    private let file: FileHandle
    private var hasher = Blake2b.Hasher()
    private var isFinished = false

    init(
        path: String, header: BundleHeader, sealing: TicketSealing, signing: SigningKey
    ) throws(DaemonError) {
        self.path = path
        self.sealing = sealing
        self.signing = signing
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw DaemonError(
                "bundle_file", "\(path) is there, and is no file.",
                hint: "Give the name of a file: --bundle day.kmb", exitCode: 64)
        }
        var template = Array((path + ".XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw BundleFile.failed(path, "cannot be written") }
        temporary = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try write(BundleFile.magic)
        try frame(header.bytes)
    }

    deinit {
        if !isFinished { unlink(temporary) }
    }

    func add(_ item: BundleItem) throws(DaemonError) {
        try frame(sealing.seal(item.bytes, for: .bundle))
    }

    /// Signs, flushes and puts the file in its place.
    func finish() throws(DaemonError) {
        try write([0, 0, 0, 0])
        let hash = takeHash()
        try write(signing.sign(BundleSignature.message(hash)))
        do {
            try file.synchronize()
            try file.close()
        } catch { throw BundleFile.failed(path, "cannot be written: \(error)") }
        guard rename(temporary, path) == 0 else {
            throw BundleFile.failed(path, "cannot be put in its place")
        }
        isFinished = true
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func takeHash() -> [UInt8] {
        var fresh = Blake2b.Hasher()
        swap(&fresh, &hasher)
        return fresh.finalize()
    }

    private func frame(_ bytes: [UInt8]) throws(DaemonError) {
        let count = UInt32(bytes.count)
        try write((0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + bytes)
    }

    private func write(_ bytes: [UInt8]) throws(DaemonError) {
        hasher.update(bytes)
        do { try file.write(contentsOf: bytes) } catch {
            throw BundleFile.failed(path, "cannot be written: \(error.localizedDescription)")
        }
    }
}

/// Reads a bundle that was verified: who made it, then item after item.
struct BundleReader {
    let header: BundleHeader
    private let path: String
    private let file: FileHandle
    private let sealing: TicketSealing
    private let grants: GrantCodec
    private let end: UInt64
    private var position: UInt64

    /// Reads the whole file once: nothing is told of one whose signature does not hold.
    init(
        path: String, mesh: MeshID, sealing: TicketSealing, roster: Roster
    ) throws(DaemonError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw BundleFile.failed(path, "cannot be read")
        }
        self.path = path
        self.file = file
        self.sealing = sealing
        grants = GrantCodec(mesh: mesh, verifier: SodiumVerifier())
        let magic = try Self.read(file, BundleFile.magic.count, path)
        guard magic == BundleFile.magic else {
            throw DaemonError(
                "bad_bundle", "\(path) is no bundle of this release.",
                hint: "Give the file that `kioskmesh export --bundle` wrote.")
        }
        guard let first = try Self.frame(file, path) else { throw Self.damaged(path) }
        do { header = try BundleHeader(bytes: first) } catch { throw Self.damaged(path) }
        guard header.mesh == mesh else {
            throw DaemonError(
                "wrong_mesh", "\(path) belongs to another mesh.",
                hint: "Use the bundle of this venue.")
        }
        guard let maker = roster[header.kiosk] else {
            throw DaemonError(
                "unknown_kiosk", "\(path) was made by a kiosk that is not known here.",
                hint: "Connect this kiosk to the mesh once, so that it learns of the other.",
                exitCode: 4)
        }
        guard !maker.isRevoked else {
            throw DaemonError(
                "kiosk_revoked", "\(path) was made by \(maker.name), which was revoked.",
                hint: "Do not use it. Make the bundle on another kiosk.", exitCode: 4)
        }
        position = UInt64(BundleFile.magic.count + 4 + first.count)
        end = try Self.verify(file, by: header.kiosk, path)
    }

    /// The next item; nil at the end.
    mutating func next() throws(DaemonError) -> BundleItem? {
        guard position < end else { return nil }
        do { try file.seek(toOffset: position) } catch { throw Self.damaged(path) }
        guard let bytes = try Self.frame(file, path), let plain = sealing.open(bytes, for: .bundle)
        else { throw Self.damaged(path) }
        position += UInt64(4 + bytes.count)
        do { return try BundleItem(bytes: plain, grants: grants) } catch {
            throw DaemonError(
                "bad_bundle", "\(path) holds what cannot be read: \(error.message).",
                hint: "Make it anew, with the same release everywhere.")
        }
    }

    /// Where the items end.
    private static func verify(
        _ file: FileHandle, by kiosk: KioskID, _ path: String
    ) throws(DaemonError) -> UInt64 {
        let size: UInt64
        do {
            size = try file.seekToEnd()
            try file.seek(toOffset: 0)
        } catch { throw damaged(path) }
        let tail = UInt64(Signature.length)
        guard size > tail + 4 else { throw damaged(path) }
        var hasher = Blake2b.Hasher()
        var rest = size - tail
        var last: [UInt8] = []
        while rest > 0 {
            let bytes = try read(file, Int(min(rest, 1 << 20)), path)
            hasher.update(bytes)
            last = Array((last + bytes).suffix(4))
            rest -= UInt64(bytes.count)
        }
        let signature = try read(file, Signature.length, path)
        let message = BundleSignature.message(hasher.finalize())
        guard last == [0, 0, 0, 0],
            Signature.verify(signature, of: message, by: kiosk.key.bytes)
        else { throw damaged(path) }
        return size - tail - 4
    }

    private static func damaged(_ path: String) -> DaemonError {
        DaemonError(
            "bad_bundle", "\(path) is cut off or was altered: nothing of it was used.",
            hint: "Copy it again from where it was made, or make it anew.")
    }

    private static func frame(
        _ file: FileHandle, _ path: String
    ) throws(DaemonError) -> [UInt8]? {
        let head = try read(file, 4, path)
        let count = head.reduce(0) { $0 << 8 | Int($1) }
        guard (1...BundleFile.maximumFrame).contains(count) else { return nil }
        return try read(file, count, path)
    }

    private static func read(
        _ file: FileHandle, _ count: Int, _ path: String
    ) throws(DaemonError) -> [UInt8] {
        let data: Data?
        do { data = try file.read(upToCount: count) } catch {
            throw BundleFile.failed(path, "cannot be read: \(error.localizedDescription)")
        }
        guard let data, data.count == count else { throw damaged(path) }
        return [UInt8](data)
    }
}
