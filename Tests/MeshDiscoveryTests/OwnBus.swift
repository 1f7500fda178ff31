import Glibc
import TestHosts

extension VirtualHost {
    /// The bus of the program under test. One for the whole process: libdbus remembers it.
    static let ownBus = Leftovers.folder(Leftovers.name())

    /// Why tests on real Avahi cannot run here; nil where they can, and then this process's bus
    /// is `ownBus`.
    static let discoveryObstacle: String? = {
        if let avahiObstacle { return avahiObstacle }
        setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=\(ownBus)", 1)
        return nil
    }()
}
