import Foundation
import Logging
import MeshModel
import MeshWire
import Testing

@testable import MeshDaemon

@Suite("Bundles") final class BundleTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/bundle-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func found(_ name: String) throws -> String {
        let state = folder + "/" + name
        _ = try DaemonEntry.found(
            state: state, venue: name, name: name, passphraseFile: nil, storage: .yes)
        // As a terminal: without storage.
        let files = try StateFiles.open(state, create: false)
        var identity = try #require(try files.identity())
        identity.hasStorage = false
        try files.save(identity)
        return state
    }

    private func grant(_ state: String) throws -> [UInt8] {
        var draft = GrantDraft(name: "gala", kind: "csv", address: folder + "/csv")
        draft.upload = .courier
        return try Operators.sign(draft, state: state, keyFile: nil)
    }

    /// A terminal's bundle with the tickets of a folder of CSV files.
    private func bundle(_ state: String, rows: Int) async throws -> String {
        let csv = folder + "/csv"
        try FileManager.default.createDirectory(atPath: csv, withIntermediateDirectories: true)
        let text = "serial\n" + (0..<rows).map { "code-\($0)\n" }.joined()
        try text.write(toFile: csv + "/gala.csv", atomically: true, encoding: .utf8)
        let courier = try Courier(state: state, logger: Logger(label: "test"))
        try courier.take(grant: try grant(state))
        let balances = try await courier.exchange(within: nil) { _ in }
        #expect(balances.count == 1 && balances[0].isComplete && balances[0].tickets == rows)
        #expect(balances[0].problem == nil)
        let path = folder + "/bundle"
        #expect(try courier.write(bundle: path).first?.isComplete == true)
        return path
    }

    @Test func allPagesAndTheirOrderCome() async throws {
        let state = try found("venue")
        let path = try await bundle(state, rows: 1201)
        var incoming = try IncomingBundle(state: state, path: path)
        #expect(incoming.isForMesh)
        var contents: [IncomingBundle.Item.Content] = []
        while let item = try incoming.next() { contents.append(item.content) }
        guard case .grant("gala")? = contents.first else {
            Issue.record("the grant comes first: \(contents)")
            return
        }
        let pages = contents.compactMap { content -> Int? in
            if case .page("gala", "gala", let tickets, _) = content { return tickets }
            return nil
        }
        #expect(pages == [500, 500, 201])
        guard case .page("gala", "", 0, _)? = contents.last else {
            Issue.record("the whole is ready at the end: \(contents)")
            return
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
                "bundle", "csv", "venue",
            ])
    }

    @Test func anImportThatBreaksOffIsNotTakenForWhole() async throws {
        let state = try found("venue")
        let path = try await bundle(state, rows: 1201)
        var incoming = try IncomingBundle(state: state, path: path)
        let grants = try CourierMember(state: state).grants
        var pages: [SegmentProgress] = []
        while let item = try incoming.next() {
            let bytes = [UInt8](Data(base64Encoded: item.base64(openSince: 5)) ?? Data())
            if case .page(let page) = try BundleItem(bytes: bytes, grants: grants),
                !page.progress.event.isEmpty
            {
                pages.append(page.progress)
            }
        }
        #expect(pages.map(\.step) == [.ready, .ready, .ready])
        #expect(pages.prefix(2).allSatisfy { $0.at == 5 && $0.cursor.isEmpty })
        #expect(pages.last.map { $0.at > 5 && !$0.cursor.isEmpty } == true)
    }

    @Test(.timeLimit(.minutes(1))) func aServerThatHangsTakesNoLongerThanAllowed() async throws {
        // It takes connections, and never says a word.
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> UInt16 in
                guard bind(silent, address, length) == 0, listen(silent, 8) == 0,
                    getsockname(silent, address, &length) == 0
                else { return 0 }
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    UInt16(bigEndian: $0.pointee.sin_port)
                }
            }
        }
        let state = try found("venue")
        var draft = GrantDraft(
            name: "gala", kind: "box-office", address: "http://127.0.0.1:\(port)")
        draft.token = "token"
        let courier = try Courier(state: state, logger: Logger(label: "test"))
        try courier.take(grant: try Operators.sign(draft, state: state, keyFile: nil))
        let balances = try await courier.exchange(within: .milliseconds(300)) { _ in }
        #expect(balances.first?.problem?.contains("--timeout") == true, "\(balances)")
        try courier.forget("gala")
        #expect(try await courier.exchange(within: nil) { _ in }.isEmpty)
        #expect(throws: DaemonError.self) { try courier.forget("gala") }
    }

    @Test func oneByteOffIsRefused() async throws {
        let state = try found("venue")
        let path = try await bundle(state, rows: 3)
        let whole = try Data(contentsOf: URL(filePath: path))
        for position in stride(from: 0, to: whole.count, by: 7) {
            var bytes = whole
            bytes[position] ^= 0x20
            try bytes.write(to: URL(filePath: path))
            #expect(throws: DaemonError.self, "byte \(position)") {
                try IncomingBundle(state: state, path: path)
            }
        }
        for length in [0, 5, 10, 14, 60, whole.count / 2, whole.count - 64, whole.count - 1] {
            try whole.prefix(length).write(to: URL(filePath: path))
            #expect(throws: DaemonError.self, "cut to \(length)") {
                try IncomingBundle(state: state, path: path)
            }
        }
        try (whole + [0]).write(to: URL(filePath: path))
        #expect(throws: DaemonError.self) { try IncomingBundle(state: state, path: path) }
        try whole.write(to: URL(filePath: path))
        _ = try IncomingBundle(state: state, path: path)
    }

    @Test func anotherMeshRefusesIt() async throws {
        let path = try await bundle(try found("venue"), rows: 3)
        let other = try found("other")
        #expect {
            try IncomingBundle(state: other, path: path)
        } throws: { error in
            (error as? DaemonError)?.code == "wrong_mesh"
        }
    }

    @Test func aChangedGrantBeginsItsTicketsAnew() async throws {
        let state = try found("venue")
        _ = try await bundle(state, rows: 30)
        let courier = try Courier(state: state, logger: Logger(label: "test"))
        try FileManager.default.removeItem(atPath: folder + "/csv/gala.csv")
        // Grants of one name are told apart by the millisecond.
        let before = wallNow()
        while wallNow() <= before { await Task.yield() }
        try courier.take(grant: try grant(state))
        let balance = try #require(try await courier.exchange(within: nil) { _ in }.first)
        #expect(!balance.isComplete && balance.tickets == 0 && balance.problem != nil)
    }
}
