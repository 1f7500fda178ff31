import Testing

@testable import TicketServers

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("https://tickets.example", "https://tickets.example", "tickets.example"),
        ("HTTPS://tickets.example/", "https://tickets.example", "tickets.example"),
        (
            "https://tickets.example:8443/a/b//", "https://tickets.example:8443/a/b",
            "tickets.example:8443"
        ),
        ("http://127.0.0.1:8345", "http://127.0.0.1:8345", "127.0.0.1:8345"),
        ("http://localhost", "http://localhost", "localhost"),
        ("http://[::1]:80", "http://[::1]:80", "[::1]:80"),
    ])
    func takes(_ text: String, _ address: String, _ place: String) throws {
        let read = try ServerAddress(text)
        #expect(read.text == address)
        #expect(read.place == place)
    }

    @Test(arguments: [
        "", "tickets.example", "ftp://tickets.example", "https://", "https:///path", "https://a b",
        "https://name:word@tickets.example", "https://name@tickets.example",
        "https://tickets.example?x=1", "https://tickets.example#x",
        "http://tickets.example", "http://127.evil.example", "http://127.0.0.1.example",
        "http://192.168.1.5", "https://" + String(repeating: "a", count: 3_000),
    ])
    func refuses(_ text: String) {
        let error = #expect(throws: ServerError.self) { try ServerAddress(text) }
        #expect(error?.code == .unsupported)
        #expect(error?.hint.isEmpty == false)
    }

    @Test func plainHTTPWhereItIsAllowed() throws {
        #expect(
            try ServerAddress("http://10.0.0.5:80/x", allowsPlainHTTP: true).text
                == "http://10.0.0.5:80/x")
    }

    @Test func namesStayOneSegment() {
        #expect(ServerPath(["a", "b/../c", "..", "ä?"]).text == "/a/b%2F..%2Fc/%2E%2E/%C3%A4%3F/")
        #expect(
            ServerPath(["x"], endsWithSlash: false).asking([("t", "1+01:00"), ("i", "a.b")]).text
                == "/x?t=1%2B01%3A00&i=a.b")
    }

    @Test(arguments: ["", " ", "a b", "a\r\nX-Evil: 1", "ä"])
    func refusesTokensThatAreNone(_ secret: String) throws {
        let access = PretixAccess(.token, secret)
        let error = #expect(throws: ServerError.self) { try access.authorization() }
        #expect(error?.code == .unauthorized)
    }

    @Test func tokensStayOutOfText() throws {
        let access = PretixAccess(.device, "abc")
        #expect(try access.authorization() == "Device abc")
        #expect(!"\(access)".contains("abc"))
    }
}
