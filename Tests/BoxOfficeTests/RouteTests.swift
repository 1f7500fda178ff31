import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import MeshCrypto
import NIOCore
import Testing
import TicketCodes

@testable import BoxOffice

@Suite struct RouteTests {
    static let now: Int64 = 1_800_000_000_000

    private struct Answer {
        let status: Int
        let headers: HTTPFields
        let text: String
        let json: [String: Any]

        var code: String? { json["code"] as? String }
    }

    /// Runs `body` with a way to call the routes of `fixture`.
    private func calling(
        _ fixture: OfficeFixture,
        _ body:
            @Sendable (
                _ call: @Sendable (HTTPRequest.Method, String, String?) async throws -> Answer
            ) async throws -> Void
    ) async throws {
        let routes = OfficeRoutes(office: fixture.office, version: "0.0.1", now: { Self.now })
        let token = fixture.office.token
        try await Application(router: routes.router()).test(.router) { client in
            try await body { method, path, text in
                try await client.execute(
                    uri: path, method: method, headers: [.authorization: "Bearer \(token)"],
                    body: text.map { ByteBuffer(string: $0) }
                ) { response in
                    let text = String(buffer: response.body)
                    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
                    return Answer(
                        status: response.status.code, headers: response.headers, text: text,
                        json: object as? [String: Any] ?? [:])
                }
            }
        }
    }

    @Test func serverAndEvents() async throws {
        let fixture = try OfficeFixture()
        try await calling(fixture) { call in
            let server = try await call(.get, "/v1/server", nil)
            #expect(server.status == 200)
            #expect(server.json["version"] as? String == "0.0.1")
            #expect(
                server.json["issuer"] as? String == Hex.encode(fixture.office.issuer.publicKey))
            let events = try await call(.get, "/v1/events", nil)
            let list = events.json["events"] as? [[String: Any]] ?? []
            #expect(list.map { $0["slug"] as? String } == ["gala", "winter-ball"])
            #expect(list.first?["tickets"] as? Int == 4)
            let products = list.first?["products"] as? [[String: Any]] ?? []
            #expect(products.map { $0["name"] as? String } == ["Day", "Night"])
        }
    }

    @Test(arguments: ["", "Bearer", "Bearer wrong", "Basic TOKEN", "bearer  TOKEN", "TOKEN"])
    func nobodyEntersWithoutTheToken(_ pattern: String) async throws {
        let fixture = try OfficeFixture()
        let routes = OfficeRoutes(office: fixture.office, version: "", now: { 0 })
        let value = pattern.replacing("TOKEN", with: fixture.office.token)
        try await Application(router: routes.router()).test(.router) { client in
            for path in ["/v1/server", "/v1/report", "/v1/events/gala/catalog", "/elsewhere"] {
                try await client.execute(
                    uri: path, method: .get, headers: value.isEmpty ? [:] : [.authorization: value]
                ) { response in
                    #expect(response.status == .unauthorized)
                    #expect(response.headers[.wwwAuthenticate] == "Bearer")
                    #expect(String(buffer: response.body).contains("\"hint\":"))
                }
            }
        }
    }

    @Test(arguments: ["bearer", "Bearer", "BEARER"])
    func theSchemeIsTakenInAnyCase(_ scheme: String) async throws {
        let fixture = try OfficeFixture()
        let routes = OfficeRoutes(office: fixture.office, version: "", now: { 0 })
        try await Application(router: routes.router()).test(.router) { client in
            try await client.execute(
                uri: "/v1/server", method: .get,
                headers: [.authorization: "\(scheme) \(fixture.office.token)"]
            ) { #expect($0.status == .ok) }
        }
    }

    @Test func theCatalogIsWhatWasImported() async throws {
        try await calling(OfficeFixture()) { call in
            let page = try await call(.get, "/v1/events/gala/catalog", nil)
            #expect(page.status == 200)
            #expect(page.json["complete"] as? Bool == true)
            #expect(page.json["total"] as? Int == 4)
            let tickets = page.json["tickets"] as? [[String: Any]] ?? []
            let keys = tickets.compactMap { $0["key"] as? String }
            #expect(Set(keys).count == 4)
            #expect(keys.allSatisfy { $0.utf8.count == 16 })
            #expect(
                tickets.map { Self.words($0, without: "key") } == [
                    "account=ada@example.org holder=Ada \"A\" Byron idNumber=ID-1 product=1 "
                        + "qr=QR-1 seat=R1 secret=A-1 validFrom=1796144400000",
                    "entries=3 product=1 secret=A-2", "product=2 secret=A-3 status=unpaid",
                    "blocked=1 secret=A-4",
                ])
        }
    }

    /// The members of an object in order, as text.
    private static func words(_ object: [String: Any], without name: String = "") -> String {
        object.filter { $0.key != name }.map { "\($0.key)=\($0.value)" }.sorted()
            .joined(separator: " ")
    }

    /// Whatever the size of pages, everything comes once; over the edges of chunks too.
    @Test(arguments: [1, 7, 250, 251, 600, 2_000]) func pages(_ limit: Int) async throws {
        let lines = (1...600).map { "T-\($0),gala" }.joined(separator: "\n")
        let fixture = try OfficeFixture(tickets: "serial,event\n\(lines)\n")
        try await calling(fixture) { call in
            var secrets: [String] = []
            var cursor = ""
            var isComplete = false
            while !isComplete {
                let page = try await call(
                    .get, "/v1/events/gala/catalog?limit=\(limit)&cursor=\(cursor)", nil)
                let tickets = page.json["tickets"] as? [[String: Any]] ?? []
                try #require(!tickets.isEmpty && tickets.count <= limit)
                secrets += tickets.compactMap { $0["secret"] as? String }
                cursor = try #require(page.json["cursor"] as? String)
                isComplete = try #require(page.json["complete"] as? Bool)
            }
            #expect(secrets == (1...600).map { "T-\($0)" })
            let nothing = try await call(
                .get, "/v1/events/gala/catalog?cursor=\(cursor)", nil)
            #expect((nothing.json["tickets"] as? [Any])?.isEmpty == true)
            #expect(nothing.json["cursor"] as? String == cursor)
            #expect(nothing.json["complete"] as? Bool == true)
        }
    }

    @Test func changesComeAfterwards() async throws {
        let fixture = try OfficeFixture()
        try await calling(fixture) { call in
            let all = try await call(.get, "/v1/events/gala/catalog", nil)
            let cursor = try #require(all.json["cursor"] as? String)
            _ = try fixture.office.store(
                [
                    fixture.fact(.redeemed, 1, "A-2"), fixture.fact(.redeemed, 2, "A-2"),
                    fixture.fact(.redeemed, 3, "A-2", isExit: true),
                    fixture.fact(.annulled, 2, "A-2"), fixture.fact(.rejected, 4, "A-3"),
                ], event: "gala")
            let delta = try await call(.get, "/v1/events/gala/catalog?cursor=\(cursor)", nil)
            let tickets = delta.json["tickets"] as? [[String: Any]] ?? []
            #expect(tickets.map { $0["secret"] as? String } == ["A-2"])
            let checkIns = tickets.first?["checkIns"] as? [[String: Any]] ?? []
            #expect(
                checkIns.map { Self.words($0) } == ["at=1001 list=1", "at=1003 exit=1 list=1"])
        }
    }

    @Test(arguments: [
        ("/v1/events/none/catalog", 404, "unknown_event"),
        ("/v1/events/gala/catalog?limit=0", 400, "invalid"),
        ("/v1/events/gala/catalog?limit=2001", 400, "invalid"),
        ("/v1/events/gala/catalog?limit=many", 400, "invalid"),
        ("/v1/events/gala/catalog?cursor=rubbish", 400, "invalid"),
        ("/v1/events/gala/catalog?cursor=1.00000000.-1", 400, "invalid"),
        ("/v1/events/gala/catalog?cursor=1.xxxxxxxx.1", 410, "foreign_cursor"),
        ("/v1/nothing", 404, "unknown_path"), ("/", 404, "unknown_path"),
    ]) func refusals(_ path: String, _ status: Int, _ code: String) async throws {
        try await calling(OfficeFixture()) { call in
            let answer = try await call(.get, path, nil)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect((answer.json["message"] as? String)?.isEmpty == false)
            #expect((answer.json["hint"] as? String)?.isEmpty == false)
        }
    }

    @Test func aCursorThatIsAheadOfARestoredCopy() async throws {
        let fixture = try OfficeFixture()
        try await calling(fixture) { call in
            let answer = try await call(
                .get, "/v1/events/gala/catalog?cursor=1.\(fixture.office.databaseID).5", nil)
            #expect(answer.status == 410)
        }
    }

    @Test func factsAreStoredOnceAndOneByOne() async throws {
        let fixture = try OfficeFixture()
        let (one, two) = (fixture.fact(.redeemed, 1, "A-1"), fixture.fact(.rejected, 2, "A-9"))
        let body = """
            {"mesh":"ab","facts":[
            {"kind":"redeemed","request":"\(one.request)","key":"\(one.key)","at":1001},
            {"kind":"strange","request":"\(one.request)","key":"\(one.key)","at":1001},
            {"kind":"rejected","request":"\(two.request)","key":"\(two.key)","at":7,"reason":"x"},
            {"kind":"redeemed","key":"\(one.key)","at":1001}]}
            """
        try await calling(fixture) { call in
            for wanted in ["stored", "alreadyKnown"] {
                let answer = try await call(.post, "/v1/events/gala/facts", body)
                #expect(answer.status == 200)
                let outcomes = answer.json["outcomes"] as? [[String: Any]] ?? []
                #expect(
                    outcomes.map { $0["outcome"] as? String } == [
                        wanted, "refused", "refused", "refused",
                    ])
                #expect(outcomes.last?["words"] as? String == "A fact needs request, key and at.")
            }
            let report = try await call(.get, "/v1/report", nil)
            #expect(report.json["balanced"] as? Bool == true)
        }
    }

    @Test(arguments: [
        ("/v1/events/none/facts", #"{"facts":[]}"#, 404, "unknown_event"),
        ("/v1/events/gala/facts", "", 400, "invalid"),
        ("/v1/events/gala/facts", "[", 400, "invalid"),
        ("/v1/events/gala/facts", #"{"facts":[{"at":"x"}]}"#, 400, "invalid"),
        ("/v1/events/gala/facts", #"{"facts":[{"at":1e99}]}"#, 400, "invalid"),
        ("/v1/events/gala/facts", #"{}"#, 400, "invalid"),
        ("/v1/meshes", #"{"id":"ab","boxKey":"cd"}"#, 400, "invalid"),
        ("/v1/tickets", #"{"event":"none"}"#, 404, "unknown_event"),
        ("/v1/tickets", #"{"event":"gala","product":"none"}"#, 404, "unknown_product"),
        ("/v1/tickets", #"{"event":"gala","entries":0}"#, 400, "invalid"),
        ("/v1/tickets", #"{"event":"gala","meshes":["abcdef01"]}"#, 404, "unknown_mesh"),
    ]) func badBodies(
        _ path: String, _ body: String, _ status: Int, _ code: String
    ) async throws {
        try await calling(OfficeFixture()) { call in
            let answer = try await call(.post, path, body)
            #expect(answer.status == status)
            #expect(answer.code == code)
        }
    }

    @Test func oversizedBodies() async throws {
        let fact = #"{"kind":"redeemed","request":"1","key":"k","at":1}"#
        let many = [String](repeating: fact, count: BoxOfficeLimits.facts + 1)
        try await calling(OfficeFixture()) { call in
            let long = String(repeating: "x", count: BoxOfficeLimits.factsBytes + 1)
            let texts = [
                ("/v1/events/gala/facts", long),
                ("/v1/events/gala/facts", "{\"facts\":[\(many.joined(separator: ","))]}"),
                ("/v1/tickets", String(long.prefix(BoxOfficeLimits.requestBytes + 1))),
            ]
            for (path, text) in texts {
                let answer = try await call(.post, path, text)
                #expect(answer.status == 413)
                #expect(answer.code == "too_large")
            }
        }
    }

    @Test func aSaleMakesACodeThatTheMeshCanRead() async throws {
        let fixture = try OfficeFixture()
        let key = BoxKey.generate()
        let mesh = RandomBytes.make(32)
        let body = #"{"id":"\#(Hex.encode(mesh))","boxKey":"\#(Hex.encode(key.publicKey))"}"#
        try await calling(fixture) { call in
            for _ in 1...2 {
                let answer = try await call(.post, "/v1/meshes", body)
                #expect(answer.status == 200)
            }
            let other = Hex.encode(BoxKey.generate().publicKey)
            let diverted = try await call(
                .post, "/v1/meshes", #"{"id":"\#(Hex.encode(mesh))","boxKey":"\#(other)"}"#)
            #expect(diverted.status == 409)
            #expect(diverted.code == "mesh_key_differs")

            let sold = try await call(
                .post, "/v1/tickets",
                #"{"event":"gala","product":"Day","holder":"Ada","seat":"R7","entries":2}"#)
            #expect(sold.status == 201)
            let codes = sold.json["codes"] as? [[String: String]] ?? []
            #expect(codes.map { $0["mesh"] } == [Hex.encode(mesh)])
            let opened = try SealedTicketCode.open(try #require(codes.first?["text"]), with: key)
            let payload = try opened.verify(
                issuers: [fixture.office.issuer.publicKey], mesh: mesh, at: Self.now)
            #expect(payload.key == sold.json["key"] as? String)
            #expect(
                [payload.event, payload.holder, payload.seat] == ["gala", "Ada", "R7"])
            #expect((payload.product, payload.entries) == (1, 2))
            // The catalog has it under the same key.
            let page = try await call(.get, "/v1/events/gala/catalog", nil)
            let last = (page.json["tickets"] as? [[String: Any]])?.last
            #expect(last?["key"] as? String == payload.key)
            #expect(last?["secret"] as? String == sold.json["serial"] as? String)
        }
    }
}
