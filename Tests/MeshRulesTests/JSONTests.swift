import MeshRules
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .int(0)),
            ("-0", .int(0)), ("-12", .int(-12)), ("9223372036854775807", .int(.max)),
            ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("1.0", .double(1)),
            ("-2.5e-3", .double(-0.0025)), ("1E2", .double(100)), ("\"\"", .string("")),
            (#""a\"\\\/\b\f\n\r\t\u0041\u0000""#, .string("a\"\\/\u{8}\u{c}\n\r\tA\0")),
            (#""\ud83c\udfab\uD83C\uDFAB🎫""#, .string("🎫🎫🎫")), ("[]", .array([])),
            ("[1, [2],\n\t\"x\"]", .array([.int(1), .array([.int(2)]), .string("x")])),
            ("{}", .object([])),
            ("{\"b\":1,\"a\":{}}", .object([.init("b", .int(1)), .init("a", .object([]))])),
            ("{\"a\":1,\"b\":2,\"a\":3}", .object([.init("a", .int(3)), .init("b", .int(2))])),
            (
                "{\"é\":1,\"e\u{301}\":2}",
                .object([.init("é", .int(1)), .init("e\u{301}", .int(2))])
            ),
        ] as [(String, JSONValue)])
    func reads(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
        #expect(try JSONValue.parse(value.canonical).canonical == value.canonical)
    }

    @Test(
        arguments: [
            ("", .cutOff, 0), ("  ", .cutOff, 2), ("tru", .cutOff, 3), ("trux", .unexpected, 3),
            ("[1,]", .unexpected, 3), ("[1 2]", .unexpected, 3), ("[", .cutOff, 1),
            ("[1", .cutOff, 2), ("{\"a\"}", .unexpected, 4), ("{\"a\":1,}", .unexpected, 7),
            ("{a:1}", .unexpected, 1), ("{\"a\":", .cutOff, 5), ("01", .number, 0),
            ("-", .cutOff, 0), ("-x", .number, 0), ("1.", .number, 0), ("1e", .number, 0),
            ("1e999", .number, 0), ("+1", .unexpected, 0), (".5", .unexpected, 0),
            ("NaN", .unexpected, 0), ("Infinity", .unexpected, 0), ("\"a", .cutOff, 2),
            ("\"a\nb\"", .string, 2), (#""\x""#, .string, 1), (#""\u12""#, .string, 1),
            (#""\ud83c""#, .string, 1), (#""\ud83cx""#, .string, 1),
            (#""\ud83c\u0041""#, .string, 1),
            (#""\udfab""#, .string, 1), (#""\u１234""#, .string, 1), ("\"\\", .cutOff, 2),
            ("1 2", .trailing, 2), ("{} x", .trailing, 3), ("'a'", .unexpected, 0),
            ("// c\n1", .unexpected, 0),
        ] as [(String, JSONFault.Code, Int)])
    func refuses(_ text: String, _ code: JSONFault.Code, _ offset: Int) {
        #expect(throws: JSONFault(code, at: offset)) { try JSONValue.parse(text) }
    }

    @Test func depthIsBounded() throws {
        let deep = { (count: Int) in
            String(repeating: "[", count: count) + String(repeating: "]", count: count)
        }
        _ = try JSONValue.parse(deep(JSONValue.maximumDepth))
        #expect(throws: JSONFault(.tooDeep, at: 64)) { try JSONValue.parse(deep(65)) }
        #expect(throws: JSONFault(.tooDeep, at: 64)) {
            try JSONValue.parse(String(repeating: "[", count: 100_000))
        }
        let objects = String(repeating: "{\"a\":", count: 65)
        #expect(throws: JSONFault(.tooDeep, at: 320)) { try JSONValue.parse(objects) }
    }

    @Test func lengthIsBounded() throws {
        let text = { (count: Int) in "\"" + String(repeating: "x", count: count - 2) + "\"" }
        _ = try JSONValue.parse(text(JSONValue.maximumBytes))
        #expect(throws: JSONFault(.tooLong, at: JSONValue.maximumBytes)) {
            try JSONValue.parse(text(JSONValue.maximumBytes + 1))
        }
    }

    @Test(arguments: [
        (
            "{ \"b\" : [1, 2.0 ,null], \"a\":\"\\u0007\\n\\/é\" }",
            #"{"a":"\u0007\n/é","b":[1,2.0,null]}"#
        ),
        (
            "[1e16,1e15,0.0001,0.00001,-1.5,1e2]",
            "[1e+16,1000000000000000.0,0.0001,1e-05,-1.5,100.0]"
        ),
        ("{\"\u{FB33}\":1,\"😀\":2}", "{\"😀\":2,\"\u{FB33}\":1}"),
    ]) func canonicalText(_ text: String, _ canonical: String) throws {
        #expect(try JSONValue.parse(text).canonical == canonical)
    }

    @Test func theOrderOfMembersMakesNoOtherCanonicalText() throws {
        let a = try JSONValue.parse(#"{"x":1,"y":{"b":1,"a":2}}"#)
        let b = try JSONValue.parse(#"{"y":{"a":2,"b":1},"x":1}"#)
        #expect(a != b)
        #expect(a.canonical == b.canonical)
    }

    @Test func whatIsNotFiniteBecomesNull() {
        #expect(JSONValue.array([.double(.nan), .double(-.infinity)]).canonical == "[null,null]")
    }

    @Test(arguments: JSONFault.Code.allCases) func everyFaultSaysWhatToDo(_ code: JSONFault.Code) {
        let sentence = JSONFault(code, at: 7).description
        #expect(sentence.contains(";") || sentence.contains(","))
        #expect(sentence.hasSuffix("."))
    }

    @Test func membersAreFoundByName() throws {
        let value = try JSONValue.parse(#"{"a":1,"é":2}"#)
        #expect(value["a"] == .int(1))
        #expect(value["é"] == .int(2))
        #expect(value["e\u{301}"] == nil)
        #expect(JSONValue.array([])["a"] == nil)
    }
}
