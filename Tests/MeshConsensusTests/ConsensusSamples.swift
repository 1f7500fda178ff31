import MeshConsensus
import MeshModel

/// Kiosk by number; the key's bytes all carry it.
func kiosk(_ number: UInt8) -> KioskID {
    KioskID(Key32([UInt8](repeating: number, count: 32)) ?? .zero)
}

func member(_ number: UInt8, _ incarnation: Incarnation = 1) -> Member {
    Member(kiosk: kiosk(number), incarnation: incarnation)
}

func voter(_ number: UInt8, _ incarnation: Incarnation = 1) -> Voter {
    Voter(kiosk: kiosk(number), incarnation: incarnation)
}

func register(
    _ epoch: Epoch, _ version: UInt64, inSync: [UInt8] = [1], voters: [UInt8] = [1]
) -> Register {
    Register(
        epoch: epoch, version: version, host: kiosk(inSync[0]), inSync: inSync.map { member($0) },
        voters: voters.map { voter($0) })
}
