import MeshCrypto
import Testing
import TicketCodes

@testable import BoxOffice

@Suite struct SaleTests {
    private let address = MeshAddress(
        id: [UInt8](repeating: 0xAB, count: 32), boxKey: BoxKey(seed: .init(0..<32)).publicKey)

    @Test func addressesAreTextAndBack() throws {
        let address = try #require(address)
        #expect(MeshAddress(address.text) == address)
        let id = Hex.encode(address.id)
        for text in ["", id, id + ":", ":" + id, id + ":" + id + ":", "x" + address.text] {
            #expect(MeshAddress(text) == nil, "\(text)")
        }
        // Nothing can be sealed to the point of order 1.
        #expect(MeshAddress(id + ":" + String(repeating: "0", count: 64)) == nil)
    }

    @Test func meshesAreFoundByTheirFirstDigits() throws {
        let address = try #require(address)
        let office = try OfficeFixture(tickets: "").office
        #expect(code { _ = try office.mesh("abababab") } == .unknownMesh)
        try office.register(address)
        try office.register(address)
        #expect(try office.meshes() == [address])
        #expect(try office.mesh("ABABABAB") == address)
        #expect(code { _ = try office.mesh("abab") } == .unknownMesh)
        #expect(try office.mesh(address.text) == address)
        let neighbour = try #require(
            MeshAddress(id: [UInt8](repeating: 0xAB, count: 31) + [0], boxKey: address.boxKey))
        try office.register(neighbour)
        #expect(code { _ = try office.mesh("abababab") } == .unknownMesh)
    }

    @Test func eventsAndProductsAreMadeOnlyWhereWanted() throws {
        let office = try OfficeFixture(tickets: "").office
        var order = TicketOrder(event: "Summer Night", product: "Day")
        #expect(code { _ = try office.issue(order, for: [], at: 0) } == .unknownEvent)
        order.createsMissing = true
        let ticket = try office.issue(order, for: [], at: 0)
        #expect(ticket.event == "summer-night")
        order.createsMissing = false
        order.event = "summer-night"
        #expect(try office.issue(order, for: [], at: 0).serial != ticket.serial)
        order.product = "Night"
        #expect(code { _ = try office.issue(order, for: [], at: 0) } == .unknownProduct)
        #expect(try office.report().events.first?.tickets.total == 2)
        #expect(try office.report().balanced)
    }

    @Test func serialsAreTyped() throws {
        let office = try OfficeFixture().office
        let serial = try office.issue(TicketOrder(event: "gala", product: ""), for: [], at: 0)
            .serial
        #expect(serial.wholeMatch(of: /([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}/) != nil)
    }

    @Test func impossibleOrders() throws {
        let office = try OfficeFixture().office
        func refused(_ change: (inout TicketOrder) -> Void) -> Bool {
            var order = TicketOrder(event: "gala", product: "Day")
            change(&order)
            return code { _ = try office.issue(order, for: [], at: 0) } == .invalid
        }
        #expect(refused { $0.entries = 0 })
        #expect(refused { $0.event = "" })
        #expect(refused { $0.holder = String(repeating: "x", count: 201) })
        #expect(refused { $0.seat = "a\nb" })
        #expect(refused { ($0.validFrom, $0.validUntil) = (2, 1) })
        #expect(try office.report().events.first?.tickets.total == 4)
    }

    /// A code that counts no longer than its ticket, and one without end that ends all the same.
    @Test func codesExpire() throws {
        let mesh = try #require(address)
        let office = try OfficeFixture().office
        var order = TicketOrder(event: "gala", product: "")
        func expiry() throws -> Int64 {
            let text = try office.issue(order, for: [mesh], at: 1_000).codes.first?.text
            let opened = try SealedTicketCode.open(
                try #require(text), with: BoxKey(seed: .init(0..<32)))
            return opened.unverified.expires
        }
        #expect(try expiry() == 1_000 + BoxOfficeLimits.codeLifetime)
        order.validUntil = 5_000
        #expect(try expiry() == 5_000)
        order.validUntil = 500
        #expect(try expiry() == 1_000)
    }
}
