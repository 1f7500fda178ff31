import Logging
import MeshControl
import MeshModel
import MeshNode
import MeshWire

/// Questions of this daemon to the host's: for what only the host, or only a kiosk with a log,
/// can say.
struct HostQuestions: Sendable {
    /// A person waits: better an honest own view soon than the host's late.
    static let patience = Span64.milliseconds(1500)
    static let maximum = 1024

    private struct Open {
        let deadline: Tick
        let done: @Sendable ([UInt8]?) -> Void
    }

    private var open: [UInt64: Open] = [:]
    private var issued: UInt64 = 0

    mutating func add(_ now: Tick, _ done: @escaping @Sendable ([UInt8]?) -> Void) -> UInt64? {
        guard open.count < Self.maximum else { return nil }
        issued += 1
        open[issued] = Open(deadline: now + Self.patience, done: done)
        return issued
    }

    mutating func answer(_ id: UInt64, _ body: [UInt8]) { open.removeValue(forKey: id)?.done(body) }

    mutating func expire(_ now: Tick) {
        let late = open.filter { $0.value.deadline <= now }.keys.sorted()
        for id in late { open.removeValue(forKey: id)?.done(nil) }
    }
}

extension NodeLoop {
    /// Asks the host's daemon one of the reading commands, or to hand over; nil where it does not
    /// answer in time.
    mutating func askHost(
        _ command: ControlCommand, arguments: [UInt8],
        done: @escaping @Sendable ([UInt8]?) -> Void
    ) {
        guard let host = node.host?.kiosk, routes[host] != nil,
            let id = questions.add(tickNow(), done)
        else { return done(nil) }
        let body = Array(command.rawValue.utf8) + [0] + arguments
        send(.relay(id: id, isReply: false, body: body), to: host)
    }

    /// Answers another daemon's question; an empty answer means that it cannot be had.
    mutating func answerQuestion(_ id: UInt64, _ body: [UInt8], from kiosk: KioskID) {
        guard let end = body.firstIndex(of: 0),
            let command = ControlCommand(rawValue: String(decoding: body[..<end], as: UTF8.self))
        else { return }
        if command == .hostTransfer { return answerOrder(id, body[(end + 1)...], from: kiosk) }
        let mailbox = parts.mailbox
        answerRead(command, arguments: Array(body[(end + 1)...]), mayAsk: false) { json in
            mailbox.post(
                .call { $0.send(.relay(id: id, isReply: true, body: json ?? []), to: kiosk) })
        }
    }

    /// Hands over on the word of a member, as on that of a person at this kiosk.
    private mutating func answerOrder(
        _ id: UInt64, _ arguments: ArraySlice<UInt8>, from kiosk: KioskID
    ) {
        guard let wanted = try? ControlCoding.decode(NameArguments.self, from: arguments)
        else { return }
        logger.notice("\(name(of: kiosk)) asks to make \(wanted.name) the host")
        let reply = TransferReply(refusal: orderTransfer(to: wanted.name))
        let json = (try? ControlCoding.encode(reply)) ?? []
        send(.relay(id: id, isReply: true, body: json), to: kiosk)
    }
}
