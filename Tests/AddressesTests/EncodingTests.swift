import Addresses
import Testing

struct EncodingTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `The examples of RFC 4648 come out`(text: String, expected: String) {
        #expect(Base64.text(Array(text.utf8)) == expected)
    }

    @Test func `Addresses are escaped`() {
        #expect(URLText.escaped("a b/ü#?&=%", keeping: "/") == "a%20b/%C3%BC%23%3F%26%3D%25")
        #expect(URLText.query([("message", "x y"), ("clean", "true")]) == "message=x%20y&clean=true")
    }

    @Test(arguments: ["", "a b/ü#?&=%", "%20", "+", "\u{0}", "日本"])
    func `What was escaped comes back`(text: String) {
        #expect(URLText.unescaped(URLText.escaped(text)) == text)
        #expect(
            URLText.bytes(unescaping: URLText.escaped(text, keeping: "/"))?.elementsEqual(text.utf8) == true)
    }

    @Test func `Small digits are as good, and bytes need not be text`() {
        #expect(URLText.unescaped("%c3%bc%2F") == "ü/")
        #expect(URLText.bytes(unescaping: "%ff") == [0xFF])
        #expect(URLText.unescaped("%ff") == nil)
    }

    @Test(arguments: ["%", "%4", "a%zz", "%+1", "%4%41", "% 1"])
    func `An escape that is cut is none`(text: String) {
        #expect(URLText.bytes(unescaping: text) == nil)
    }
}
