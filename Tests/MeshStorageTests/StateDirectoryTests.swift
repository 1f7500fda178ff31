import Foundation
import Testing

@testable import MeshStorage

@Suite("State directory")
struct StateDirectoryTests {
    @Test("is created with everything above it, and is private")
    func creates() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/a/b/state"
        _ = try StateDirectory.open(path: path, create: true)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
    }

    @Test("that is open to others is made private")
    func makesPrivate() throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        _ = try StateDirectory.open(path: path, create: false)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test(
        "that holds other files and no kiosk is refused and left as it is",
        arguments: [["notes.txt"], ["mesh.db"], ["mesh.db", "mesh.db-wal", "lock", "vote"]])
    func foreign(names: [String]) throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path
        for name in names {
            try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o1777], ofItemAtPath: path)
        let error = try #require(throws: StorageError.self) {
            try StateDirectory.open(path: path, create: true)
        }
        #expect(error.code == .foreign && error.message.contains(names[0]))
        _ = try StateDirectory.open(path: path, create: false)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o1777)
        let content = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(content.sorted() == names.sorted())
    }

    @Test(
        "that is empty, half set up or a kiosk's is taken",
        arguments: [
            [], ["lost+found"], ["lock", "vote", "admin-key", ".identity.new"],
            ["identity", "notes.txt"], ["identity", "mesh.db"],
        ])
    func own(names: [String]) throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path
        for name in names {
            try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        }
        _ = try StateDirectory.open(path: path, create: true)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test("says in plain words what is wrong with its place")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.path + "/file"
        try Data("x".utf8).write(to: URL(fileURLWithPath: file))
        let cases: [(path: String, create: Bool, code: StorageError.Code)] = [
            (folder.url.path + "/absent", false, .missing),
            (file + "/below", false, .missing),
            (file + "/below", true, .cannotCreate),
            (file, true, .notADirectory),
            ("/proc/kioskmesh", true, .cannotCreate),
            ("/proc/self/task", false, .notWritable),
        ]
        for (path, create, code) in cases {
            let error = try #require(throws: StorageError.self) {
                try StateDirectory.open(path: path, create: create)
            }
            #expect(error.code == code, "\(path): \(error)")
            #expect(error.message.hasSuffix(".") && error.hint.hasSuffix("."))
        }
    }

    @Test("writes, replaces, reads and removes files")
    func files() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        #expect(try state.read("identity") == nil)
        try state.write([1, 2, 3], to: "identity")
        try state.write([4, 5], to: "identity", mode: 0o640)
        #expect(try state.read("identity") == [4, 5])
        let attributes = try FileManager.default.attributesOfItem(
            atPath: state.path(of: "identity"))
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path) == ["identity"])
        try state.remove("identity")
        try state.remove("identity")
        #expect(try state.read("identity") == nil)
    }

    @Test("a write that was cut off leaves the old content and no obstacle")
    func interruptedWrite() throws {
        let folder = try TemporaryFolder()
        let state = try folder.state()
        try state.write([1], to: "roster")
        try Data([9, 9]).write(to: URL(fileURLWithPath: state.path(of: ".roster.new")))
        #expect(try state.read("roster") == [1])
        try state.write([2], to: "roster")
        #expect(try state.read("roster") == [2])
    }

    @Test(
        "a full disk keeps the old content and says so",
        .enabled(if: TinyDisk.isAvailable, "needs the right to mount a small memory disk"))
    func full() throws {
        let disk = try TinyDisk(kibibytes: 64)
        let state = try StateDirectory.open(path: disk.path + "/state", create: true)
        try state.write([1], to: "roster")
        let error = try #require(throws: StorageError.self) {
            try state.write([UInt8](repeating: 7, count: 100_000), to: "roster")
        }
        #expect(error.code == .full)
        #expect(try state.read("roster") == [1])
        guard case .notDurable(let reason) = try state.storageClass() else {
            Issue.record("a memory disk is not durable")
            return
        }
        #expect(reason.contains("tmpfs"))
    }

    @Test("knows memory disks and overlays from disks, and full ones from roomy ones")
    func storageClasses() {
        func durable(_ type: String?, _ free: UInt64) -> Bool {
            StateDirectory.classify(fileSystem: type, freeBytes: free, path: "/x") == .durable
        }
        #expect(durable("ext4", 1 << 30))
        #expect(durable(nil, 1 << 40))
        #expect(!durable("ext4", 1 << 30 - 1))
        guard
            case .lowOnSpace = StateDirectory.classify(
                fileSystem: "ext4", freeBytes: 1 << 20, path: "/x")
        else {
            Issue.record("a full disk is not one that forgets")
            return
        }
        for type in ["tmpfs", "ramfs", "overlay"] { #expect(!durable(type, 1 << 40)) }
        let table = """
            21 1 254:0 / / rw,noatime shared:1 - ext4 /dev/root rw
            30 21 0:27 / /run rw,nosuid shared:7 master:2 - tmpfs tmpfs rw,size=80k
            """
        #expect(StateDirectory.fileSystem(ofDevice: 0xFE00, in: table) == "ext4")
        #expect(StateDirectory.fileSystem(ofDevice: 27, in: table) == "tmpfs")
        #expect(StateDirectory.fileSystem(ofDevice: 28, in: table) == nil)
    }
}
