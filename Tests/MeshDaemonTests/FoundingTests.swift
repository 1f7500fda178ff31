import Foundation
import MeshControl
import MeshModel
import MeshWire
import Testing

@testable import MeshDaemon

@Suite struct FoundingTests {
    /// A folder that is gone after the test.
    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "kioskmesh-founding-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test func foundsAMeshWhoseTokenNamesIt() throws {
        try withFolder { path in
            let founded = try Founding.found(
                state: path, venue: "hall-3", name: "gate-a", passphrase: nil, storage: .yes)
            let token = try #require(TokenText(founded.token))
            #expect(token.mesh.key.hex == founded.mesh)
            #expect(token.uses == 50)
            let state = try StateFiles.open(path, create: false)
            let identity = try #require(try state.identity())
            let charter = try Charter(bytes: try #require(identity.charter))
            #expect(charter.mesh.key.hex == founded.mesh)
            #expect(charter.founder.kiosk.key.hex == founded.kiosk)
            #expect(charter.venue == "hall-3")
            #expect(charter.firstToken == token.record)
        }
    }

    @Test func refusesADirectoryThatHoldsAKiosk() throws {
        try withFolder { path in
            _ = try Founding.found(
                state: path, venue: "v", name: "a", passphrase: nil, storage: .yes)
            let again = #expect(throws: DaemonError.self) {
                try Founding.found(
                    state: path, venue: "v", name: "a", passphrase: nil, storage: .yes)
            }
            #expect(again?.code == "already_member")
        }
    }

    @Test func sealsTheAdminKeyUnderAPassphrase() throws {
        try withFolder { path in
            _ = try Founding.found(
                state: path, venue: "v", name: "a", passphrase: "correct horse", storage: .yes)
            let state = try StateFiles.open(path, create: false)
            let key = try #require(try state.read(StateFiles.adminKeyName))
            #expect(key.count > 32)
            #expect(!Doctor.offlineChecks(state).contains { $0.name == "admin key" })
        }
    }

    @Test func aFounderNeedsADisk() throws {
        try withFolder { path in
            let error = #expect(throws: DaemonError.self) {
                try Founding.found(
                    state: path, venue: "v", name: "a", passphrase: nil, storage: .no)
            }
            #expect(error?.code == "no_storage")
        }
    }

    @Test(arguments: ["", "-a", "a b", "a/b", "a\u{0}", String(repeating: "x", count: 64)])
    func refusesOddNames(name: String) throws {
        try withFolder { path in
            let error = #expect(throws: DaemonError.self) {
                try Founding.found(
                    state: path, venue: "v", name: name, passphrase: nil, storage: .yes)
            }
            #expect(error?.code == "bad_name")
        }
    }

    @Test(arguments: ["", " ", "\t \u{3000}", "hall\n3", "hall\u{1B}[2J", "hall\u{2028}3"])
    func refusesVenuesThatCannotBeShown(venue: String) throws {
        try withFolder { path in
            let error = #expect(throws: DaemonError.self) {
                try Founding.found(
                    state: path, venue: venue, name: "a", passphrase: nil, storage: .yes)
            }
            #expect(error?.code == "bad_venue" && error?.exitCode == 64)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test(arguments: ["H\u{E4}lle 3", "\u{5C55}\u{9986}", "hall 3 (north)"])
    func takesVenuesOfAllLanguages(venue: String) throws {
        try withFolder { path in
            _ = try Founding.found(
                state: path, venue: venue, name: "a", passphrase: nil, storage: .yes)
        }
    }

    @Test func neitherFoundsNorJoinsOverOtherFiles() throws {
        try withFolder { path in
            let token = try Founding.found(
                state: path + "-mesh", venue: "v", name: "a", passphrase: nil, storage: .yes
            ).token
            defer { try? FileManager.default.removeItem(atPath: path + "-mesh") }
            // Its log is left, its identity is not: a new founder would call the log damaged.
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
            try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/mesh.db"))
            let founding = #expect(throws: DaemonError.self) {
                try Founding.found(
                    state: path, venue: "v", name: "a", passphrase: nil, storage: .yes)
            }
            let joining = #expect(throws: DaemonError.self) {
                try Founding.prepareJoin(token: token, state: path, name: "b", storage: .no)
            }
            for error in [founding, joining] {
                #expect(error?.code == "not_a_state_directory")
                #expect(error?.message.contains("without its identity") == true)
            }
        }
    }

    @Test func preparesToJoinAndReplacesAnUnusedToken() throws {
        try withFolder { path in
            let mesh = try Founding.found(
                state: path + "-mesh", venue: "v", name: "a", passphrase: nil, storage: .yes)
            defer { try? FileManager.default.removeItem(atPath: path + "-mesh") }
            try Founding.prepareJoin(token: mesh.token, state: path, name: "b", storage: .no)
            let state = try StateFiles.open(path, create: false)
            let first = try #require(try state.identity())
            #expect(first.pendingToken == mesh.token && first.charter == nil)
            try Founding.prepareJoin(token: mesh.token, state: path, name: "c", storage: .no)
            let second = try #require(try state.identity())
            #expect(second.name == "c" && second.identitySeed == first.identitySeed)
            #expect(second.joinRequest != first.joinRequest)
        }
    }

    @Test(arguments: ["", "km1", "km1AAAA", "hello"])
    func refusesBrokenTokens(token: String) throws {
        try withFolder { path in
            let error = #expect(throws: DaemonError.self) {
                try Founding.prepareJoin(token: token, state: path, name: "b", storage: .no)
            }
            #expect(error?.code == "bad_token")
        }
    }
}
