import CDNSSD
import Glibc

/// What Avahi's compatibility library needs before its first use, and what is wrong when it
/// cannot reach its daemon.
enum AvahiLibrary {
    /// Runs once, before the first call of the library.
    static let prepare: Void = {
        // Documented by Avahi: no advice to port the program on standard error.
        setenv("AVAHI_COMPAT_NOWARN", "1", 1)
        // The library (0.8, and its repository since) leaves the callbacks of a new request
        // uninitialised and later calls whichever is not null: when the daemon stops during a
        // resolve, it jumps to what happened to lie in that memory. Zeroed memory makes that
        // defined. Avahi keeps the pointer: it stays allocated for the life of the process.
        let allocator = UnsafeMutablePointer<AvahiAllocator>.allocate(capacity: 1)
        allocator.initialize(
            to: AvahiAllocator(
                malloc: { calloc(1, $0) }, free: { free($0) },
                realloc: { realloc($0, $1) }, calloc: { calloc($0, $1) }))
        avahi_set_allocator(allocator)
    }()

    /// Why the daemon is not reached, and the remedy, as sentences.
    static func explain(_ code: DNSServiceErrorType, while activity: String) -> String {
        if !busAnswers() {
            return "The D-Bus system bus does not run, so Avahi cannot be reached. Start it with "
                + "'systemctl start dbus', or name the other kiosks with --peer."
        }
        switch Int(code) {
        case kDNSServiceErr_Refused:
            return "Avahi refuses to \(activity). Look for 'disable-user-service-publishing' and "
                + "the limits in /etc/avahi/avahi-daemon.conf."
        case kDNSServiceErr_BadInterfaceIndex:
            return "Avahi does not use the interface to \(activity) on. Look for "
                + "'allow-interfaces' and 'deny-interfaces' in /etc/avahi/avahi-daemon.conf."
        case kDNSServiceErr_Unknown:
            return "Avahi does not run, so kiosks do not find each other by themselves. Start it "
                + "with 'systemctl start avahi-daemon', or name the other kiosks with --peer."
        default:
            return "Avahi cannot \(activity) (error \(code)). Look into its log with "
                + "'journalctl -u avahi-daemon'."
        }
    }

    /// Where D-Bus listens (D-Bus specification, "well-known message bus instances").
    private static let busPath = "/run/dbus/system_bus_socket"

    private static func busAnswers() -> Bool {
        var path = busPath
        if let setting = getenv("DBUS_SYSTEM_BUS_ADDRESS") {
            let address = String(cString: setting)
            // Other transports than a socket in the file system cannot be tried this simply.
            guard address.hasPrefix("unix:path=") else { return true }
            path = String(address.dropFirst("unix:path=".count).prefix { $0 != "," })
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else { return true }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        return isConnected && answersGreeting(descriptor)
    }

    /// Longest wait for the bus's answer, in milliseconds; a bus that lives takes one.
    private static let greetingPatience: Int32 = 200

    /// A bus that is just ending may still take a connection, but does not answer on it.
    private static func answersGreeting(_ descriptor: Int32) -> Bool {
        let greeting = Array("\0AUTH\r\n".utf8)
        guard send(descriptor, greeting, greeting.count, Int32(MSG_NOSIGNAL)) > 0 else {
            return false
        }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, greetingPatience) > 0 else { return true }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1
    }
}
