import MeshRules
import Testing

@Suite struct CalendarTests {
    @Test(arguments: [
        (1970, 1, 1, 0, 4), (1, 1, 1, -719_162, 1), (9999, 12, 31, 2_932_896, 5),
        (2000, 2, 29, 11_016, 2), (1900, 3, 1, -25_508, 4), (2026, 11, 25, 20_782, 3),
        (1969, 12, 31, -1, 3), (2024, 12, 29, 20_086, 7),
    ]) func dayNumbers(_ year: Int, _ month: Int, _ day: Int, _ number: Int, _ weekday: Int) throws
    {
        let time = try #require(CivilTime(year: year, month: month, day: day))
        #expect(time.dayNumber == number)
        #expect(time.isoWeekday == weekday)
        #expect(CivilTime(microseconds: time.microseconds) == time)
    }

    /// Day after day over 800 years, which is two whole cycles of the calendar.
    @Test func everyDayFollowsTheOneBefore() throws {
        var number = try #require(CivilTime(year: 1600, month: 1, day: 1)).dayNumber
        for year in 1600..<2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in lengths.enumerated() {
                for day in 1...length {
                    let time = CivilTime(microseconds: Int64(number) * 86_400_000_000)
                    guard time == CivilTime(year: year, month: month + 1, day: day),
                        time.dayNumber == number
                    else {
                        Issue.record("day \(number) is no \(year)-\(month + 1)-\(day)")
                        return
                    }
                    number += 1
                }
            }
        }
    }

    @Test(arguments: [
        (0, 1, 1, 0), (10_000, 1, 1, 0), (2026, 0, 1, 0), (2026, 13, 1, 0), (2026, 2, 29, 0),
        (1900, 2, 29, 0), (2026, 4, 31, 0), (2026, 1, 0, 0), (2026, 1, 1, 24), (2026, 1, 1, -1),
    ]) func noSuchDate(_ year: Int, _ month: Int, _ day: Int, _ hour: Int) {
        #expect(CivilTime(year: year, month: month, day: day, hour: hour) == nil)
    }

    @Test func extremesAreClampedAndDoNotTrap() {
        #expect(CivilTime(microseconds: .min).minuteText == "0001-01-01 00:00")
        #expect(CivilTime(microseconds: .max).minuteText == "9999-12-31 23:59")
        #expect(CivilTime(microseconds: -1).minuteText == "1969-12-31 23:59")
        #expect(CivilTime(microseconds: -1).microsecond == 999_999)
    }
}

@Suite struct ZoneTableTests {
    struct Case: Sendable {
        let zone: String
        /// UTC, in minutes before or after a change of the clocks.
        let change: Int64
        let minutes: Int64
        let wall: String
        let offset: Int
    }

    static let changes: [Case] = [
        Case(zone: "UTC", change: 1_774_746_000, minutes: 0, wall: "2026-03-29 01:00", offset: 0),
        Case(
            zone: "Europe/Berlin", change: 1_774_746_000, minutes: -1, wall: "2026-03-29 01:59",
            offset: 3600),
        Case(
            zone: "Europe/Berlin", change: 1_774_746_000, minutes: 0, wall: "2026-03-29 03:00",
            offset: 7200),
        Case(
            zone: "Europe/Berlin", change: 1_792_890_000, minutes: -1, wall: "2026-10-25 02:59",
            offset: 7200),
        Case(
            zone: "Europe/Berlin", change: 1_792_890_000, minutes: 0, wall: "2026-10-25 02:00",
            offset: 3600),
        Case(
            zone: "Australia/Lord_Howe", change: 1_775_314_800, minutes: 0,
            wall: "2026-04-05 01:30", offset: 37_800),
        Case(
            zone: "America/New_York", change: 1_793_512_800, minutes: 59, wall: "2026-11-01 01:59",
            offset: -18_000),
        Case(
            zone: "Asia/Beirut", change: 1_774_735_200, minutes: 0, wall: "2026-03-29 01:00",
            offset: 10_800),
    ]

    @Test(arguments: changes) func wallsAtChanges(_ row: Case) throws {
        let zone = try Zones.named(row.zone)
        let moment = (row.change + row.minutes * 60) * 1000
        #expect(zone.civilTime(at: moment).minuteText == row.wall)
        #expect(zone.offsetSeconds(at: moment) == row.offset)
    }

    /// Every minute of the days around each change comes back, as the first or the second of its
    /// name, and never as both.
    @Test(arguments: [
        "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut",
        "Pacific/Apia",
    ]) func everyMomentComesBack(_ name: String) throws {
        let zone = try Zones.named(name)
        for transition in zone.transitions {
            for minutes in Int64(-1600)...1600 {
                let moment = transition.at + minutes * 60_000
                let wall = zone.civilTime(at: moment)
                let first = zone.moment(of: wall)
                let second = zone.moment(of: wall, isSecond: true)
                #expect(first == moment || second == moment)
                #expect(first <= second)
            }
        }
    }

    @Test func skippedAndDoubledTimes() throws {
        let berlin = try Zones.named("Europe/Berlin")
        let skipped = try #require(CivilTime(year: 2026, month: 3, day: 29, hour: 2, minute: 30))
        #expect(berlin.moment(of: skipped) == 1_774_747_800_000)
        #expect(berlin.moment(of: skipped, isSecond: true) == 1_774_744_200_000)
        let doubled = try #require(CivilTime(year: 2026, month: 10, day: 25, hour: 2, minute: 30))
        #expect(berlin.moment(of: doubled) == 1_792_888_200_000)
        #expect(berlin.moment(of: doubled, isSecond: true) == 1_792_891_800_000)
    }

    @Test func daysBeginAtLocalMidnight() throws {
        let berlin = try Zones.named("Europe/Berlin")
        let before: Int64 = 1_795_388_399_999
        #expect(berlin.civilTime(at: before).minuteText == "2026-11-22 23:59")
        #expect(berlin.isoWeekday(at: before) == 7)
        #expect(berlin.isoWeekday(at: before + 1) == 1)
        #expect(berlin.dayNumber(at: before + 1) == berlin.dayNumber(at: before) + 1)
        #expect(berlin.startOfDay(at: before) == before + 1 - 86_400_000)
        #expect(berlin.startOfDay(at: before + 1) == before + 1)
    }

    /// In Beirut the clocks skip midnight; in Apia a whole day never was.
    @Test func daysThatBeginOddly() throws {
        let beirut = try Zones.named("Asia/Beirut")
        let change: Int64 = 1_774_735_200_000
        #expect(beirut.startOfDay(at: change + 3_600_000) == change)
        let apia = try Zones.named("Pacific/Apia")
        let jump: Int64 = 1_325_239_200_000
        #expect(apia.civilTime(at: jump - 1).minuteText == "2011-12-29 23:59")
        #expect(apia.civilTime(at: jump).minuteText == "2011-12-31 00:00")
    }

    @Test func badTablesAreRefused() {
        #expect(throws: ZoneTable.Fault.order(index: 1)) {
            try ZoneTable(
                initialOffsetSeconds: 0,
                transitions: [.init(at: 5, offsetSeconds: 1), .init(at: 5, offsetSeconds: 2)])
        }
        #expect(throws: ZoneTable.Fault.order(index: 0)) {
            try ZoneTable(
                initialOffsetSeconds: 0, transitions: [.init(at: .max, offsetSeconds: 0)])
        }
        #expect(throws: ZoneTable.Fault.offset(seconds: 86_400)) {
            try ZoneTable(initialOffsetSeconds: 86_400)
        }
        #expect(throws: ZoneTable.Fault.tooMany(1025)) {
            try ZoneTable(
                initialOffsetSeconds: 0,
                transitions: (0..<1025).map { .init(at: $0, offsetSeconds: 0) })
        }
    }

    @Test(arguments: [Int64.min, .max, 0]) func noMomentTraps(_ moment: Int64) throws {
        for name in ["UTC", "Asia/Beirut", "America/New_York"] {
            let zone = try Zones.named(name)
            _ = zone.startOfDay(at: moment)
            _ = zone.isoWeekday(at: moment)
            _ = zone.moment(of: zone.civilTime(at: moment), isSecond: true)
        }
    }
}
