import ByteStreams
import Datasets
import Domain
import TestSupport
import Testing

@Suite("A catalogue reader")
struct CatalogueReaderTests {
    @Test("takes items with titles, categories, availability and attributes")
    func items() throws {
        let file = try TemporaryFile(
            #"""
            item_id,title,year,genres,available,language
            1,"Se7en, ""uncut""",1995,Crime|Thriller,,en|fr
            2,,,,false,
            """#)
        let reader = try CatalogueItemReader(file.source)
        #expect(
            try reader.readAll() == [
                CatalogueItem(
                    id: try ItemID("1"), title: "Se7en, \"uncut\"", categories: ["Crime", "Thriller"],
                    attributes: ["year": ["1995"], "language": ["en", "fr"]]),
                CatalogueItem(id: try ItemID("2"), isAvailable: false),
            ])
        #expect(reader.attributeNames == ["year", "language"])
    }

    @Test("takes users with attributes, some at a time")
    func users() throws {
        let file = try TemporaryFile("user_id,age,zip\nu1,24,85711\nu2,,\nu3,7,\n")
        let reader = try CatalogueUserReader(file.source, options: ReadOptions(batchRows: 2))
        #expect(
            try reader.readAll() == [
                CatalogueUser(id: try UserID("u1"), attributes: ["age": ["24"], "zip": ["85711"]]),
                CatalogueUser(id: try UserID("u2")),
                CatalogueUser(id: try UserID("u3"), attributes: ["age": ["7"]]),
            ])
    }

    @Test("renames columns, also those of attributes")
    func mapping() throws {
        let file = try TemporaryFile("isbn,name,tags,pages\n12,Emma,novel|love,400\n")
        let columns = try ColumnMapping("item_id=isbn,title=name,categories=tags,length=pages")
        let reader = try CatalogueItemReader(file.source, options: ReadOptions(columns: columns))
        let expected = CatalogueItem(
            id: try ItemID("12"), title: "Emma", categories: ["novel", "love"], attributes: ["length": ["400"]])
        #expect(try reader.readAll() == [expected])
    }

    @Test(
        "tells what is available", arguments: [("TRUE", true), ("1", true), ("yes", true), ("f", false), ("No", false)])
    func availability(text: String, isAvailable: Bool) throws {
        let file = try TemporaryFile("item_id,available\ni,\(text)\n")
        #expect(try CatalogueItemReader(file.source).readAll().map(\.isAvailable) == [isAvailable])
    }

    @Test("refuses items without an id and with an availability that is none")
    func badRows() throws {
        let file = try TemporaryFile("item_id,available\n,true\n2,perhaps\n3,1\n")
        let reader = try CatalogueItemReader(file.source, options: ReadOptions(allowedBadRows: 2))
        #expect(try reader.readAll().map(\.id.text) == ["3"])
        #expect(
            reader.badRows.first == [
                BadRow(line: 2, reason: .id(column: "item_id", .empty)),
                BadRow(line: 3, reason: .notABoolean(column: "available")),
            ])
    }

    @Test("refuses a file without its id column", arguments: ["title;item_id\nx;1\n", "titel,id\nx,1\n"])
    func missingID(text: String) throws {
        let file = try TemporaryFile(text)
        #expect { try CatalogueItemReader(file.source) } throws: { error in
            guard
                case .missingColumns(file.path, [MissingColumn(meaning: "item_id", column: "item_id")], _)? = error
                    as? DatasetError
            else { return false }
            return "\(error)".contains(
                text.contains(";") ? "Separate the columns with commas" : "--columns item_id=NAME")
        }
    }
}
