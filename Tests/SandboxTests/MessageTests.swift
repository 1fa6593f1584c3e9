import Testing
@Test("x") func x() { #expect(1 == 1) }
