import MeshModel

/// The addresses where kiosks may be: given, discovered, or told by members. Any one of the three
/// is enough.
struct Dialer: Sendable {
    /// Addresses kept: every kiosk of a large venue with several interfaces.
    static let maximum = 1024
    static let firstWait = Span64.milliseconds(300)
    static let longestWait = Span64.seconds(5)
    /// Waits after somebody answered and refused this kiosk: asking again soon changes nothing.
    static let firstRefusedWait = Span64.seconds(1)
    static let longestRefusedWait = Span64.seconds(30)
    /// A learned address that failed this often in a row is forgotten.
    static let patience = 40

    private struct Place {
        let host: String
        let port: Int
        let isGiven: Bool
        var kiosk: KioskID?
        var isOwn = false
        var failures = 0
        /// Refusals in a row by whoever answers there.
        var refusals = 0
        var notBefore = Tick(nanoseconds: 0)
    }

    private var places: [String: Place] = [:]
    private var order: [String] = []

    /// All addresses known to be a member's, as host:port.
    var known: [String] { order.filter { places[$0]?.kiosk != nil } }

    /// Whether the address is new.
    @discardableResult
    mutating func add(host: String, port: Int, isGiven: Bool = false) -> Bool {
        let key = Self.key(host, port)
        guard (1...65535).contains(port), places[key] == nil, places.count < Self.maximum else {
            return false
        }
        places[key] = Place(host: host, port: port, isGiven: isGiven)
        order.append(key)
        return true
    }

    /// Addresses that a member tells; one without host is the member's own, at the link's address.
    mutating func learn(_ addresses: [String], from remote: String) {
        let here = Self.split(remote)?.host
        for address in addresses.prefix(Self.maximum) {
            if address.hasPrefix(":"), let here, let port = Int(address.dropFirst()) {
                add(host: here, port: port)
            } else if let (host, port) = Self.split(address) {
                add(host: host, port: port)
            }
        }
    }

    mutating func connected(_ remote: String, to kiosk: KioskID?) {
        guard let (host, port) = Self.split(remote) else { return }
        let key = Self.key(host, port)
        places[key]?.kiosk = kiosk
        places[key]?.failures = 0
    }

    /// Whoever answers at `remote` does not want this kiosk, or is not wanted here. The wait
    /// doubles until `welcomed` or `forgive`.
    mutating func refused(_ remote: String, at now: Tick) {
        guard let (host, port) = Self.split(remote) else { return }
        let key = Self.key(host, port)
        guard var place = places[key] else { return }
        place.refusals += 1
        place.notBefore = now + Self.wait(for: place)
        places[key] = place
    }

    /// A link to that kiosk works. TLS alone does not tell: the side that dialled sees it come up
    /// before the other one has looked at its key.
    mutating func welcomed(_ kiosk: KioskID) {
        for key in order where places[key]?.kiosk == kiosk { places[key]?.refusals = 0 }
    }

    /// The roster changed: whoever was refused may be welcome now.
    mutating func forgive() {
        for key in order where places[key].map({ $0.refusals > 0 }) == true {
            places[key]?.refusals = 0
            places[key]?.notBefore = Tick(nanoseconds: 0)
        }
    }

    mutating func failed(host: String, port: Int, isOwn: Bool) {
        let key = Self.key(host, port)
        guard places[key] != nil else { return }
        places[key]?.isOwn = isOwn
        places[key]?.failures += 1
        if let place = places[key], !place.isGiven, place.failures > Self.patience {
            places[key] = nil
            order.removeAll { $0 == key }
        }
    }

    /// The link to a kiosk closed: it may be back at once, unless it refuses this one.
    mutating func retry(_ kiosk: KioskID) {
        for key in order where places[key].map({ $0.kiosk == kiosk && $0.refusals == 0 }) == true {
            places[key]?.failures = 0
            places[key]?.notBefore = Tick(nanoseconds: 0)
        }
    }

    /// The addresses to dial now.
    mutating func due(_ now: Tick, linked: Set<KioskID>) -> [(host: String, port: Int)] {
        var due: [(host: String, port: Int)] = []
        for key in order {
            guard let place = places[key], !place.isOwn, place.notBefore <= now else { continue }
            if let kiosk = place.kiosk, linked.contains(kiosk) { continue }
            places[key]?.notBefore = now + Self.wait(for: place)
            due.append((place.host, place.port))
        }
        return due
    }

    private static func wait(for place: Place) -> Span64 {
        guard place.refusals > 0 else {
            return min(firstWait * UInt64(1 << min(place.failures, 5)), longestWait)
        }
        let doubled = firstRefusedWait * UInt64(1 << min(place.refusals - 1, 5))
        return min(doubled, longestRefusedWait)
    }

    static func key(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Splits `host:port` and `[v6]:port`.
    static func split(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return host.isEmpty ? nil : (String(host), port)
    }
}
