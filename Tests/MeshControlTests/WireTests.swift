import Foundation
import Testing

@testable import MeshControl

@Suite("Bytes of the control socket")
struct WireTests {
    @Test(arguments: [
        "", "plain", "quo\"te \\ back", "NUL\0 tab\t nl\n cr\r esc\u{1B} del\u{7F}", "ünïcødé 检票 🎫",
        "e\u{301}", "\u{2028}",
    ])
    func stringsSurvive(text: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        var cursor = JSONCursor(writer.bytes[...])
        #expect(Array(try cursor.string().utf8) == Array(text.utf8))
        // And the standard library's reader agrees.
        let data = Data("[".utf8) + Data(writer.bytes) + Data("]".utf8)
        #expect(try JSONDecoder().decode([String].self, from: data) == [text])
    }

    @Test(arguments: [
        (#""\u00e9""#, "é"), (#""\ud83c\udfab""#, "🎫"),
        (#""a\/b\b\f\n\r\t""#, "a/b\u{8}\u{C}\n\r\t"),
        (#""\u0000""#, "\0"),
    ])
    func escapes(json: String, text: String) throws {
        var cursor = JSONCursor(Array(json.utf8)[...])
        #expect(try cursor.string() == text)
    }

    @Test(arguments: [
        #""open"#, #""\"#, #""\x""#, #""\u12""#, #""\ud83c""#, #""\udfab""#, #""\ud83c\u0041""#,
        "\"a\nb\"",
        "12", "",
    ])
    func badStrings(json: String) {
        #expect(throws: JSONFault.self) {
            var cursor = JSONCursor(Array(json.utf8)[...])
            _ = try cursor.string()
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 7, 1_796_144_400_000, .max])
    func integersSurvive(value: Int64) throws {
        var writer = JSONWriter()
        writer.integer(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(value)")
        var cursor = JSONCursor(writer.bytes[...])
        #expect(try cursor.integer() == value)
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "1.0", "1e3", "-", "", "x"])
    func badIntegers(json: String) {
        #expect(throws: JSONFault.self) {
            var cursor = JSONCursor(Array(json.utf8)[...])
            _ = try cursor.integer()
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{}", #"{"id":1}"#, #"{"command":"status"}"#,
        #"{"id":-1,"command":"x"}"#,
        #"{"id":1,"command":"x"} tail"#, #"{"id":1 "command":"x"}"#, #"{"id":"1","command":"x"}"#,
        #"{"id":1,"command":"x","arguments":}"#, "\u{FFFD}\0\u{1}", #"{"id":1,"command":"x",}"#,
        "{\"id\":1,\"command\":\"x\",\"arguments\":" + String(repeating: "[", count: 100_000),
    ])
    func linesThatAreNoRequest(line: String) {
        let error = #expect(throws: ControlError.self) { try ClientLine(line: Array(line.utf8)) }
        #expect(error?.code == .badRequest)
    }

    @Test func requestsAreRead() throws {
        let line =
            #" { "x":[1,{"y":"}"}], "arguments" : {"code":"a\"}b"} , "command":"redeem","id":7}"#
        guard case .request(let request) = try ClientLine(line: Array(line.utf8)) else {
            Issue.record("not a request")
            return
        }
        #expect(request.id == 7 && request.command == "redeem")
        let arguments: RedeemArguments = try request.decode()
        #expect(arguments.code == "a\"}b")
        #expect(arguments.kind == .auto && arguments.timeoutMilliseconds == 5000)
    }

    @Test func aRequestSaysHowLongItsClientWaits() throws {
        var line: [UInt8] = []
        ClientLineWriter.request(
            id: 1, command: "revoke", arguments: "{}".utf8, timeoutMilliseconds: 5000, into: &line)
        guard case .request(let request) = try ClientLine(line: line) else {
            Issue.record("not a request")
            return
        }
        #expect(request.timeoutMilliseconds == 5000)
        let plain = Array(#"{"id":1,"command":"x"}"#.utf8)
        guard case .request(let silent) = try ClientLine(line: plain) else {
            Issue.record("not a request")
            return
        }
        #expect(silent.timeoutMilliseconds == nil)
    }

    // The daemon must answer before the client gives up, however little or much time it gives.
    @Test(
        arguments: [
            (nil, 15_000), (5000, 4700), (600, 300), (100, 50), (1, 1), (0, 1), (-7, 1), (.min, 1),
            (.max, 86_399_700),
        ] as [(Int64?, Int64)])
    func daemonsAnswerBeforeTheClientGivesUp(timeout: Int64?, patience: Int64) {
        let request = ControlRequest(
            id: 1, command: "revoke", arguments: [], timeoutMilliseconds: timeout)
        #expect(request.patienceMilliseconds(standard: 15_000) == patience)
    }

    @Test func answersSurvive() throws {
        let error = ControlError("code", "mess\"age", hint: "hint", exit: 4)
        for answer in [
            ControlAnswer.result(Array(#"{"a":1}"#.utf8)[...]), .item(Array("2".utf8)[...]), .end,
            .failure(error),
        ] {
            var line: [UInt8] = []
            answer.write(id: 12, into: &line)
            #expect(line.last == 0x0A)
            let read = try ControlAnswer.read(line: Array(line.dropLast()))
            #expect(read.id == 12)
            #expect("\(read.answer)" == "\(answer)")
        }
    }

    // Every shortening and every changed byte of a good line is read or refused, never a trap.
    @Test func damagedLines() throws {
        var line: [UInt8] = []
        let arguments = ControlCoding.encode(
            RedeemArguments(code: "A\u{1F3AB}", requestId: nil, timeoutMilliseconds: 1))
        ClientLineWriter.request(id: 1, command: "redeem", arguments: arguments, into: &line)
        for length in 0..<line.count { _ = try? Self.read(Array(line[..<length])) }
        for index in line.indices {
            for value: UInt8 in [0, 0x22, 0x5C, 0x7B, 0x7D, 0x2C, 0x39, 0xFF] {
                var damaged = line
                damaged[index] = value
                _ = try? Self.read(damaged)
            }
        }
    }

    private static func read(_ line: [UInt8]) throws {
        if case .request(let request) = try ClientLine(line: line) {
            let _: RedeemArguments = try request.decode()
        }
    }
}
