import MeshRules
import Testing

private let noon: Int64 = 1_795_431_600_000

private func explanation(
    _ rules: String, product: UInt64 = 1, history: [PastScan] = []
) throws -> String? {
    let list = DoorList(id: 3, name: "", rules: try JSONValue.parse(rules))
    let event = DoorEvent(
        zone: try Zones.named("Europe/Berlin"), from: noon - 86_400_000, until: noon - 60_000,
        gate: 1)
    let verdict = decide(
        DoorTicket(product: product), on: list, at: event, scan: DoorScan(at: noon),
        history: history)
    guard case .refuse(.rules, let explanation) = verdict else { return nil }
    return explanation
}

@Suite struct ExplanationTests {
    static let vip =
        #"{"inList":[{"var":"product"},{"objectList":[{"lookup":["product","2","V"]}]}]}"#
    static let later = #"{"isAfter":[{"var":"now"},{"buildTime":["customtime","18:00"]},30]}"#
    static let early = #"{"isBefore":[{"var":["now"]},{"buildTime":["date_from"]},5]}"#
    static let gate = #"{"==":[{"var":"gate"},2]}"#
    static let once = #"{"<":[{"var":"entries_number"},0]}"#

    @Test(arguments: [
        (vip, "The rules do not admit this kind of ticket."), (later, "Admitted from 17:30."),
        (early, "Admitted until 2026-11-22 12:05 only."),
        (#"{"isBefore":[{"var":"now"},{"buildTime":["date_to"]}]}"#, "Admitted until 11:59 only."),
        (gate, "This ticket is not for this gate."),
        (once, "The entries that the rules allow are used up."),
        (#"{"==":[{"var":"now_isoweekday"},7]}"#, "This ticket is not for this day of the week."),
        (#"{"==":[{"var":"entry_status"},"present"]}"#, "This ticket is not inside."),
        (
            #"{"<":[{"entries_since":[{"buildTime":["date_from"]}]},0]}"#,
            "The entries that the rules allow are used up."
        ),
        // The hardest of what must all hold, the easiest of what may hold.
        (#"{"and":[\#(later),\#(vip),\#(gate)]}"#, "The rules do not admit this kind of ticket."),
        (#"{"or":[\#(vip),\#(later),\#(gate)]}"#, "Admitted from 17:30."),
        (#"{"or":[\#(vip),{"and":[\#(gate),\#(later)]}]}"#, "This ticket is not for this gate."),
        (#"{"and":[{"==":[1,1]},\#(gate)]}"#, "This ticket is not for this gate."),
        // No words for it.
        (#"{"==":[1,2]}"#, "The rules of list 3 do not admit it now."),
        (#"{"or":[]}"#, "The rules of list 3 do not admit it now."),
        (
            #"{"foo":[]}"#,
            "The rules of list 3 cannot be applied: the operation “foo” is unknown."
        ),
    ]) func rules(_ rules: String, _ sentence: String) throws {
        #expect(try explanation(rules) == sentence)
    }

    @Test func nobodyIsToldWhatIsNotSo() throws {
        #expect(try explanation(#"{"and":[\#(Self.vip)]}"#, product: 2) == nil)
    }

    @Test func otherReasons() throws {
        let berlin = DoorEvent(zone: try Zones.named("Europe/Berlin"))
        let list = DoorList(id: 1, name: "Main entrance")
        let sentence = { (ticket: DoorTicket, history: [PastScan]) -> String? in
            let verdict = decide(
                ticket, on: list, at: berlin, scan: DoorScan(at: noon), history: history)
            guard case .refuse(_, let explanation) = verdict else { return nil }
            return explanation
        }
        #expect(
            sentence(DoorTicket(product: 1, validFrom: noon + 60_000), [])
                == "Valid from 2026-11-23 12:01.")
        #expect(
            sentence(DoorTicket(product: 1, validUntil: noon - 60_000), [])
                == "Was valid until 2026-11-23 11:59.")
        #expect(
            sentence(DoorTicket(product: 1), [PastScan(at: 0)])
                == "This ticket was already used on “Main entrance”.")
        #expect(
            sentence(DoorTicket(product: 1), [PastScan(at: 0), PastScan(at: 1)])
                == "This ticket was already used 2 times on “Main entrance”.")
    }
}
