import Foundation
import Testing

extension VenueTests {
    @Suite("Joining") struct JoiningTests {
        @Test("four kiosks find each other through mDNS alone and join with a token")
        func throughMulticast() throws {
            let venue = try Venue.running("gate-a", "gate-b", "gate-c", "gate-d", finding: .avahi)
            let names = Set(try venue["gate-d"].status().kiosks.map(\.name))
            #expect(names == ["gate-a", "gate-b", "gate-c", "gate-d"])
        }
    }
}
