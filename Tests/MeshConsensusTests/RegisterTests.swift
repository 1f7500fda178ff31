import MeshConsensus
import MeshModel
import Testing

@Suite struct RegisterTests {
    static let ordered = [
        register(0, 0), register(0, 1), register(0, 9), register(1, 0), register(1, 1),
        register(2, 0),
    ]

    @Test func isOrderedByEpochThenVersion() {
        for (low, older) in Self.ordered.enumerated() {
            for (high, newer) in Self.ordered.enumerated() {
                #expect(newer.isNewer(than: older) == (high > low))
            }
            #expect(older.isNewer(than: nil))
        }
    }

    /// Voters named, voters that agree, whether that is a majority.
    static let majorities: [([UInt8], [UInt8], Bool)] = [
        ([1], [], false), ([1], [1], true), ([1], [2], false),
        ([1, 2], [1], false), ([1, 2], [1, 2], true),
        ([1, 2, 3], [1], false), ([1, 2, 3], [1, 3], true), ([1, 2, 3], [1, 4, 5], false),
        ([1, 2, 3, 4], [1, 2], false), ([1, 2, 3, 4], [1, 2, 4], true),
        ([1, 2, 3, 4, 5], [5, 4], false), ([1, 2, 3, 4, 5], [5, 4, 3], true),
        ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3], false), ([1, 2, 3, 4, 5, 6, 7], [1, 2, 3, 7], true),
    ]

    @Test(arguments: majorities)
    func needsMoreThanHalfOfTheNamed(_ row: ([UInt8], [UInt8], Bool)) {
        let named = row.0.map { voter($0) }
        #expect(named.hasMajority(in: row.1.map { voter($0) }) == row.2)
    }

    @Test func aVoterThatLostItsVoteFileIsAnother() {
        let named = [voter(1), voter(2), voter(3)]
        #expect(!named.hasMajority(in: [voter(1), voter(2, 9)]))
        #expect(named.hasMajority(in: [voter(1), voter(2, 9), voter(3)]))
    }

    @Test func aMemberThatLostItsLogIsAnother() {
        let register = register(1, 1, inSync: [1, 2])
        #expect(register.includes(member(2)))
        #expect(!register.includes(member(2, 9)))
        #expect(register.rank(of: kiosk(2)) == 1)
        #expect(register.rank(of: kiosk(3)) == nil)
    }
}
