package import MeshModel

/// What a node knows of each other kiosk, by key.
///
/// An array sorted by key: it is read several times in every step, and walked in one order.
package struct PeerTable: Sendable {
    private var keys: [KioskID] = []
    private var peers: [Peer] = []

    package init() {}

    /// Setting nil changes nothing: who was once heard of stays.
    package subscript(kiosk: KioskID) -> Peer? {
        get {
            let at = index(of: kiosk)
            return at < keys.count && keys[at] == kiosk ? peers[at] : nil
        }
        set {
            guard let newValue else { return }
            self[kiosk, default: newValue] = newValue
        }
    }

    package subscript(kiosk: KioskID, default fresh: @autoclosure () -> Peer) -> Peer {
        get { self[kiosk] ?? fresh() }
        _modify {
            let at = index(of: kiosk)
            if at == keys.count || keys[at] != kiosk {
                keys.insert(kiosk, at: at)
                peers.insert(fresh(), at: at)
            }
            yield &peers[at]
        }
    }

    private func index(of kiosk: KioskID) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < kiosk { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
