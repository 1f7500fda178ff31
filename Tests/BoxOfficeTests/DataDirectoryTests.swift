import Foundation
import GRDB
import MeshCrypto
import Testing

@testable import BoxOffice

@Suite struct DataDirectoryTests {
    @Test func secretsAreMadeOnceAndPrivate() throws {
        let folder = try TestFolder()
        let first = try BoxOffice(directory: folder.path + "/data")
        #expect(try folder.mode(of: "data/token") == 0o600)
        #expect(try folder.mode(of: "data/issuer.key") == 0o600)
        #expect(try folder.mode(of: "data") == 0o700)
        #expect(Base64URL.decode(first.token)?.count == 32)
        try first.close()
        let second = try BoxOffice(directory: folder.path + "/data", mustExist: true)
        #expect(second.token == first.token)
        #expect(second.issuer.publicKey == first.issuer.publicKey)
        #expect(second.databaseID == first.databaseID)
        #expect(try BoxOffice.token(in: folder.path + "/data") == first.token)
        let others = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data")
        #expect(!others.contains { $0.hasSuffix(".new") })
    }

    @Test func commitsAreFlushed() throws {
        let office = try OfficeFixture(tickets: "").office
        let modes = try office.pool.writeWithoutTransaction { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(modes.0 == "wal")
        // 2 is FULL.
        #expect(modes.1 == 2)
    }

    @Test func everyTableIsStrict() throws {
        let office = try OfficeFixture(tickets: "").office
        let loose = try office.pool.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict "
                    + "AND name NOT LIKE 'sqlite%' AND name <> 'grdb_migrations'")
        }
        #expect(loose.isEmpty)
    }

    @Test func noBoxOffice() throws {
        let folder = try TestFolder()
        #expect(code { _ = try BoxOffice(directory: folder.path, mustExist: true) } == .noBoxOffice)
        #expect(code { _ = try BoxOffice.token(in: folder.path + "/none") } == .noBoxOffice)
    }

    @Test func notADirectory() throws {
        let folder = try TestFolder()
        let file = try folder.write("x", to: "file")
        #expect(code { _ = try BoxOffice(directory: file) } == .notWritable)
        #expect(code { _ = try BoxOffice(directory: file + "/below") } == .notWritable)
        #expect(code { _ = try BoxOffice(directory: "/proc/nothing") } == .notWritable)
    }

    @Test func damagedFiles() throws {
        let folder = try TestFolder()
        let data = folder.path + "/data"
        try BoxOffice(directory: data).close()
        let database = URL(fileURLWithPath: "\(data)/\(BoxOffice.databaseName)")
        let good = try Data(contentsOf: database)

        try Data([1]).write(to: database)
        #expect(code { _ = try BoxOffice(directory: data) } == .damaged)
        try Data(repeating: 7, count: 8_192).write(to: database)
        #expect(code { _ = try BoxOffice(directory: data) } == .damaged)
        try good.write(to: database)
        try Data("short".utf8).write(to: URL(fileURLWithPath: "\(data)/token"))
        #expect(code { _ = try BoxOffice(directory: data) } == .damaged)
    }

    @Test func aPageOfRubbishIsFoundAtTheStart() throws {
        let fixture = try OfficeFixture()
        try fixture.office.close()
        let path = fixture.office.directory + "/" + BoxOffice.databaseName
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let page = 4_096
        // Behind the first page, which holds the schema.
        for start in stride(from: page, to: bytes.count, by: page) {
            bytes.replaceSubrange(start..<start + 64, with: Data(repeating: 0xEE, count: 64))
        }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(
            code { _ = try BoxOffice(directory: fixture.office.directory, isThorough: true) }
                == .damaged)
    }

    @Test func aForeignDatabase() throws {
        let folder = try TestFolder()
        try BoxOffice(directory: folder.path).close()
        for name in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(
                atPath: "\(folder.path)/\(BoxOffice.databaseName)\(name)")
        }
        let other = try DatabaseQueue(path: "\(folder.path)/\(BoxOffice.databaseName)")
        try other.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
        try other.close()
        #expect(code { _ = try BoxOffice(directory: folder.path) } == .damaged)
    }

    @Test func writtenByALaterVersion() throws {
        let fixture = try OfficeFixture(tickets: "")
        try fixture.office.pool.write { database in
            try database.execute(
                sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9-later')")
        }
        try fixture.office.close()
        #expect(code { _ = try BoxOffice(directory: fixture.office.directory) } == .newerVersion)
    }
}
