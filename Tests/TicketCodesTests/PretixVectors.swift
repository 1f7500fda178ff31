/// Codes that a real pretix 2026.8 issued for a test event, and codes made from them.
enum PretixVectors {
    static let apiKey =
        "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQTh2UlBYOWdEeThPb0NLcy8r"
        + "d0U1YUdWcER4L0hCN3haTWNLMGllNFVsem89Ci0tLS0tRU5EIFBVQkxJQyBLRVktLS0tLQo="
    static let rawKeyHex =
        "f2f44f5fd803cbc3a808ab3ffb01396865690f1fc707bc5931c2b489ee14973a"

    struct Valid: Sendable {
        var secret: String
        var payloadHex: String
        var seed: String
        var item: UInt64
        var validFrom: Int64?
        var validUntil: Int64?
    }

    static let valid = [
        Valid(
            secret:
                "=gQb0NBJBI7JnMA8kMdzMuK1n9CzSA+p2VPhLA8JHOmsWcsxaC47eq6z+r7BP7WFFsE70MeK59PAky3R"
                + "ho8NiRMAwAAKEARZDNlTwJVY5oUCKAEARAQA",
            payloadHex: "0a094a396152704e534365100428003000",
            seed: "J9aRpNSCe", item: 4, validFrom: nil, validUntil: nil),
        Valid(
            secret:
                "=IgrBE9U5QVXHJv+ffNAiX70bmr1CEibdzlldM4yGMZUo91Ezq39lGVzOVOCDVpEFeMA1lQ4sUPUJ2XL"
                + "b48X5oCAwAAKEARZ0sENyMTayQUCKAEARAQA",
            payloadHex: "0a094432693332344b3465100428003000",
            seed: "D2i324K4e", item: 4, validFrom: nil, validUntil: nil),
        Valid(
            secret:
                "=sgR7A2w8gjeFPfglggv6uRWN7CNKFmAdrzRGs/khkNdfIocGkirbj0jVzs6QGUWoRx7nsih2JQ1le4j"
                + "HCclUwJAwAAKEARSnNVRyYUazQTCKAEARAQA",
            payloadHex: "0a09343369463245536749100428003000",
            seed: "43iF2ESgI", item: 4, validFrom: nil, validUntil: nil),
        Valid(
            secret:
                "==wBpT/SY4rOUtCugyIdXvHolHdv5DZJs6W9BFvPrbPPKBrKep380VjofPl384cmA8EtskPh2nYOJYm7"
                + "gzomoxvIGgNmtfMMGgdiEeMKEABa2FTbrVUd5NXCKAEAZAQA",
            payloadHex: "0a09737975456b6d317668100428c78489d80630c7ed98d806",
            seed: "syuEkm1vh", item: 4, validFrom: 1795310151, validUntil: 1795569351),
    ]

    static let invalid: [(why: String, secret: String)] = [
        (
            "payload bit flipped",
            "=gQb0NBJBI7JnMA8kMdzMuK1n9CzSA+p2VPhLA8JHOmsWcsxaC47eq6z+r7BP7WFFsE70MeK59PAky3R"
                + "ho8NiRMAwAAKEARZDNlTwJVY5sUCKAEARAQA"
        ),
        (
            "signature bit flipped",
            "=gQb0NBJBI7JnMA8kMdzMuK1n9CzSA+p2VPhLA8JHOmsWcsxaC47eq6z+r7BP7WFFsE70MeK59PAky3R"
                + "ho8NiVMAwAAKEARZDNlTwJVY5oUCKAEARAQA"
        ),
        (
            "version byte 2",
            "=gQb0NBJBI7JnMA8kMdzMuK1n9CzSA+p2VPhLA8JHOmsWcsxaC47eq6z+r7BP7WFFsE70MeK59PAky3R"
                + "ho8NiRMAwAAKEARZDNlTwJVY5oUCKAEARAgA"
        ),
        (
            "not reversed",
            "AQARAEAKCUo5YVJwTlNDZRAEKAAwAMRiN8ohR3ykAP95KeM07EsFFW7PB7r+z6qe74CaxscWsmOHJ8AL"
                + "hPV2p+ASzC9n1KuMzdMk8AMnJ7IBJBN0bQg="
        ),
        (
            "one byte after the signature",
            "AgQb0NBJBI7JnMA8kMdzMuK1n9CzSA+p2VPhLA8JHOmsWcsxaC47eq6z+r7BP7WFFsE70MeK59PAky3R"
                + "ho8NiRMAwAAKEARZDNlTwJVY5oUCKAEARAQA"
        ),
    ]
}
