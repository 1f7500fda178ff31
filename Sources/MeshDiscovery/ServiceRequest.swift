import CDNSSD

/// One running request to Avahi: a D-Bus connection and a file descriptor that becomes readable
/// when there is an answer. Belongs to the discovery thread.
///
/// Callbacks only put answers into the inbox; they are handled after the library has returned,
/// because it must not be called from within its own callbacks.
final class ServiceRequest {
    /// What Avahi answered.
    enum Answer {
        case registered(name: String)
        case browsed(isThere: Bool, name: String, interfaceIndex: UInt32)
        case resolved(hostName: String, port: Int, text: [UInt8])
        case address(isThere: Bool, bytes: [UInt8], interfaceIndex: UInt32)
        case failed(DNSServiceErrorType)
    }

    struct Failure: Error { let code: DNSServiceErrorType }

    private let inbox = Inbox()
    private var reference: DNSServiceRef?
    /// To be polled for reading; never closed by us.
    let descriptor: Int32

    private init(
        _ start: (inout DNSServiceRef?, UnsafeMutableRawPointer) -> DNSServiceErrorType
    ) throws(Failure) {
        let context = Unmanaged.passUnretained(inbox).toOpaque()
        let code = start(&reference, context)
        guard code == DNSServiceErrorType(kDNSServiceErr_NoError), let reference else {
            throw Failure(code: code)
        }
        descriptor = DNSServiceRefSockFD(reference)
        guard descriptor >= 0 else {
            close()
            throw Failure(code: DNSServiceErrorType(kDNSServiceErr_Unknown))
        }
    }

    deinit { close() }

    /// Ends the request; Avahi withdraws what it announced for it.
    func close() {
        guard let reference else { return }
        self.reference = nil
        DNSServiceRefDeallocate(reference)
    }

    /// Call it only when `descriptor` is readable: it would wait.
    func process() -> [Answer] {
        guard let reference else { return [] }
        let code = DNSServiceProcessResult(reference)
        defer { inbox.answers = [] }
        guard code == DNSServiceErrorType(kDNSServiceErr_NoError) else {
            return inbox.answers + [.failed(code)]
        }
        return inbox.answers
    }

    /// Announces this kiosk under `name` on `interfaceIndex` (0: all).
    static func announcing(
        _ configuration: DiscoveryConfiguration, as name: String, interfaceIndex: UInt32
    ) throws(Failure) -> ServiceRequest {
        let text = TextRecord(
            version: configuration.protocolVersion, meshHash: configuration.meshHash
        ).encoded()
        return try ServiceRequest { reference, context in
            DNSServiceRegister(
                &reference, 0, interfaceIndex, name,
                DiscoveryConfiguration.serviceType, domain, nil,
                UInt16(configuration.port).bigEndian, UInt16(text.count), text,
                { _, _, code, name, _, _, context in
                    guard code == DNSServiceErrorType(kDNSServiceErr_NoError), let name else {
                        return deliver(.failed(code), context)
                    }
                    deliver(.registered(name: String(cString: name)), context)
                }, context)
        }
    }

    /// Looks for kiosks on `interfaceIndex` (0: all).
    static func browsing(interfaceIndex: UInt32) throws(Failure) -> ServiceRequest {
        try ServiceRequest { reference, context in
            DNSServiceBrowse(
                &reference, 0, interfaceIndex, DiscoveryConfiguration.serviceType, domain,
                { _, flags, index, code, name, _, _, context in
                    guard code == DNSServiceErrorType(kDNSServiceErr_NoError), let name else {
                        return deliver(.failed(code), context)
                    }
                    let isThere = flags & DNSServiceFlags(kDNSServiceFlagsAdd) != 0
                    deliver(
                        .browsed(
                            isThere: isThere, name: String(cString: name),
                            interfaceIndex: index), context)
                }, context)
        }
    }

    /// Asks for host name, port and text of an instance.
    static func resolving(
        name: String, interfaceIndex: UInt32
    ) throws(Failure) -> ServiceRequest {
        try ServiceRequest { reference, context in
            DNSServiceResolve(
                &reference, 0, interfaceIndex, name, DiscoveryConfiguration.serviceType, domain,
                { _, _, _, code, _, host, port, length, text, context in
                    guard code == DNSServiceErrorType(kDNSServiceErr_NoError), let host else {
                        return deliver(.failed(code), context)
                    }
                    let bytes = Array(UnsafeBufferPointer(start: text, count: Int(length)))
                    deliver(
                        .resolved(
                            hostName: String(cString: host), port: Int(UInt16(bigEndian: port)),
                            text: bytes), context)
                }, context)
        }
    }

    /// Asks for the addresses of a host: A records, or AAAA records with `version6`.
    static func addresses(
        ofHost hostName: String, version6: Bool, interfaceIndex: UInt32
    ) throws(Failure) -> ServiceRequest {
        let type = version6 ? kDNSServiceType_AAAA : kDNSServiceType_A
        return try ServiceRequest { reference, context in
            DNSServiceQueryRecord(
                &reference, 0, interfaceIndex, hostName, UInt16(type),
                UInt16(kDNSServiceClass_IN),
                { _, flags, index, code, _, _, _, length, data, _, context in
                    guard code == DNSServiceErrorType(kDNSServiceErr_NoError), let data else {
                        return deliver(.failed(code), context)
                    }
                    let isThere = flags & DNSServiceFlags(kDNSServiceFlagsAdd) != 0
                    let bytes = Array(
                        UnsafeRawBufferPointer(start: data, count: Int(length)))
                    deliver(
                        .address(isThere: isThere, bytes: bytes, interfaceIndex: index), context)
                }, context)
        }
    }

    private static let domain = "local"
}

/// Where callbacks leave their answers until the library has returned.
private final class Inbox { var answers: [ServiceRequest.Answer] = [] }

/// Outside the class: a C callback captures nothing, not even a type.
private func deliver(_ answer: ServiceRequest.Answer, _ context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<Inbox>.fromOpaque(context).takeUnretainedValue().answers.append(answer)
}
