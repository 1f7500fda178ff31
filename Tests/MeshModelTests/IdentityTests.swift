import MeshModel
import Testing

@Suite struct IdentityTests {
    @Test func keysKeepTheirBytesAndOrder() {
        let low = (0..<32).map { UInt8($0) }
        var high = low
        for index in stride(from: 31, through: 0, by: -1) {
            high = low
            high[index] += 1
            let a = Key32(low)
            let b = Key32(high)
            #expect(a?.bytes == low)
            #expect(b?.bytes == high)
            if let a, let b { #expect(a < b && !(b < a) && a != b) }
        }
    }

    @Test(arguments: [0, 1, 15, 17, 31, 33]) func keysHaveOneLength(_ count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(Key32(bytes) == nil)
        #expect(Key16(bytes) == nil)
        #expect(KioskID(bytes) == nil)
    }

    @Test func shortKeysKeepTheirBytesAndOrder() {
        let bytes = (0..<16).map { UInt8($0 * 16) }
        #expect(Key16(bytes)?.bytes == bytes)
        #expect(Key16(bytes)?.hex == "00102030405060708090a0b0c0d0e0f0")
        #expect(Key16(high: 0, low: .max) < Key16(high: 1, low: 0))
    }

    @Test func hexadecimalReadsWhatItWrote() {
        #expect(hexadecimal([0, 255, 16] as [UInt8]) == "00ff10")
        #expect(bytes(hexadecimal: "00fF10") == [0, 255, 16])
        #expect(bytes(hexadecimal: "") == [])
        #expect(bytes(hexadecimal: "0") == nil)
        #expect(bytes(hexadecimal: "0g") == nil)
        #expect(bytes(hexadecimal: "é0") == nil)
    }

    @Test func chainsAreOrderedByEpochFirst() {
        let chains = [
            VersionVectorTests.chain(1, 9, 9), VersionVectorTests.chain(2, 1, 8),
            VersionVectorTests.chain(2, 1, 9), VersionVectorTests.chain(2, 2, 1),
            VersionVectorTests.chain(3, 1, 1),
        ]
        for order in permutations(of: chains) { #expect(order.sorted() == chains) }
    }

    @Test func aChainNameHas48Bytes() {
        let chain = VersionVectorTests.chain(0x0102, 5, 0x0304)
        #expect(chain.bytes.count == 48)
        #expect(chain.bytes.suffix(16) == [0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 1, 2])
        #expect(ChainID(bytes: chain.bytes) == chain)
        #expect(ChainID(bytes: Array(chain.bytes.dropLast())) == nil)
    }
}

@Suite struct TimeTests {
    @Test func additionStopsAtNever() {
        let late = Tick(nanoseconds: .max - 5)
        #expect(late + Span64(nanoseconds: 5) == .never)
        #expect(late + Span64(nanoseconds: 6) == .never)
        #expect(late + Span64(nanoseconds: 4) < .never)
        #expect(Tick.never + .seconds(1) == .never)
    }

    @Test func timeSinceTheFutureIsNought() {
        let early = Tick(nanoseconds: 5)
        let late = Tick(nanoseconds: 9)
        #expect(late.since(early) == Span64(nanoseconds: 4))
        #expect(early.since(late) == Span64(nanoseconds: 0))
    }
}

@Suite struct SplitMixTests {
    /// First outputs for seed 0 of the reference implementation (Vigna, splitmix64.c).
    @Test func givesTheReferenceSequence() {
        var random = SplitMix64(seed: 0)
        let expected: [UInt64] = [
            0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
        ]
        for value in expected { #expect(random.next() == value) }
    }

    @Test func staysBelowItsBound() {
        var random = SplitMix64(seed: 1)
        #expect(random.below(0) == 0)
        #expect(random.below(1) == 0)
        var seen: [UInt64] = []
        for _ in 0..<200 {
            let value = random.below(4)
            if !seen.contains(value) { seen.append(value) }
        }
        #expect(seen.sorted() == [0, 1, 2, 3])
    }
}
