import Datasets
import Testing

@Suite("A column mapping")
struct ColumnMappingTests {
    @Test("reads meaning=column with commas between")
    func reads() throws {
        #expect(try ColumnMapping("user_id=uid,item_id=a=b").columns == ["user_id": "uid", "item_id": "a=b"])
    }

    @Test("refuses what is no pair", arguments: ["", "user_id", "user_id=", "=uid", "user_id=uid,"])
    func malformed(text: String) {
        let part = text.split(separator: ",", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        #expect(throws: ColumnMappingError.malformed(part: part)) { try ColumnMapping(text) }
    }

    @Test("refuses a meaning or a column that stands twice", arguments: [("a=x,a=y", "a"), ("a=x,b=x", "x")])
    func repeated(text: String, name: String) {
        #expect(throws: ColumnMappingError.repeated(name: name)) { try ColumnMapping(text) }
    }
}
