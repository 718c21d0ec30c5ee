"""The Chinese edition: its catalogues, what is due in them, and the notebook."""

import base64
import json

import pytest
import tiny_course
from babel.messages.mofile import read_mo
from tiny_course import CATALOGUE, CHINESE, PATH, STUDENT, run

from autograde.build import catalogue, glossary
from autograde.build.translate import Message


def book(*rows: tuple[str, str], old: catalogue.Catalog | None = None):
    messages = [Message(text, "text", "$" not in text) for text, _ in rows]
    new = catalogue.renew(old or catalogue.Catalog(), messages)
    for english, chinese in rows:
        new[english].string = chinese
    return new


def saved(one: catalogue.Catalog, tmp_path) -> catalogue.Catalog:
    path = tmp_path / "x.po"
    path.write_bytes(catalogue.to_bytes(one))
    return catalogue.read(path)


def test_catalogue_is_renewed_and_changed_texts_are_stale(tmp_path):
    long = "The scores grow with the width of a head, and so they are scaled."
    old = saved(
        book((long, "随宽度增长"), ("Gone for good", "消失"), ("Same", "同")), tmp_path
    )
    changed = long.replace("grow", "swell")
    texts = [Message(t, "text") for t in ("Brand new: xyz", changed, "Same")]
    new = saved(catalogue.renew(old, texts), tmp_path)
    report = catalogue.report("x.po", new)
    assert (report.missing, report.stale) == (["Brand new: xyz"], [changed])
    assert report.obsolete == ["Gone for good"]
    assert report.lines()[0] == "x.po: 1 missing, 1 stale, 1 obsolete"
    tell = catalogue.translator(new)
    assert tell(Message("Same", "")) == "同"
    assert tell(Message(changed, "")) == changed  # stale: English until looked at
    again = catalogue.renew(new, texts)
    assert catalogue.to_bytes(again) == catalogue.to_bytes(new)
    back = catalogue.renew(new, [*texts, Message("Gone for good", "text")])
    assert back["Gone for good"].string == "消失"
    assert not back.obsolete


def test_catalogue_file_has_no_dates_and_no_line_numbers():
    data = catalogue.to_bytes(book(("One", "一"), ("Two\nlines", "两\n行"))).decode()
    assert "Date" not in data and "\n#:" not in data
    assert data.count('msgid ""\nmsgstr ""\n"Language: zh_CN') == 1


def test_lost_place_is_wrong_and_english_stays():
    one = book(("Take {name} and {n:.2f}.", "取 {nome} 和 {n:.2f}。"), ("{a} b", "{a"))
    report = catalogue.report("x.po", one)
    assert len(report.wrong) == 2
    assert "{nome}" in report.wrong[0]
    message = Message("Take {name} and {n:.2f}.", "", True)
    assert catalogue.translator(one)(message) == message.id
    assert not report.is_complete


def test_braces_of_formulas_and_percents_are_no_places(tmp_path):
    one = saved(book(("So $x_{ij}$ is 5 % of it.", "占 5 % 。")), tmp_path)
    one = catalogue.renew(one, [Message("So $x_{ij}$ is 5 % of it.", "text")])
    assert catalogue.report("x.po", one).is_complete
    assert b"format" not in catalogue.to_bytes(one)
    message = Message("the mean {q.mean():.2f} of {x!r}", "string", True)
    two = catalogue.renew(catalogue.Catalog(), [message])
    assert b"#, python-brace-format" in catalogue.to_bytes(two)
    two[message.id].string = "均值"
    assert catalogue.report("x.po", two).wrong


def test_long_report_is_cut():
    report = catalogue.Report("x.po", missing=[f"text {i} " * 30 for i in range(50)])
    assert report.lines()[0] == "x.po: 50 missing"
    assert len(report.lines()) == catalogue.LISTED + 2
    assert max(map(len, report.lines())) < 80


def test_glossary_wants_the_agreed_term():
    terms = {"causal mask": ["因果掩码"], "mask": ["掩码"], "key": ["键", "关键"]}
    one = book(
        ("A causal mask hides.", "因果遮挡。"),
        ("Masks and `key`.", "掩码和 `key`。"),
        ("The key idea", "关键"),
        ("Monkeys", "猴"),
    )
    assert glossary.check("x.po", one, terms) == [
        "x.po: causal mask is not 因果掩码 in: A causal mask hides."
    ]


def test_shipped_glossary_can_be_read(request):
    terms = glossary.read(request.config.rootpath)
    assert len(terms) >= 60
    assert "查询" in terms["query"]
    lengths = [len(term) for term in terms]
    assert lengths == sorted(lengths, reverse=True)


ENTRIES = {
    "# 1.1 Doubling": "# 1.1 加倍",
    "Twice a number is that number added to itself.": "两倍是一个数加上自己。",
    "Two bars": "两根条",
    "one bar & more": "一根 & 更多",
    "Give back twice the number.": "返回两倍。",
    "how far do we get": "能走多远",
    "the number {number} was doubled here": "数 {number} 在此加倍",
}


def fill(root, path: str, entries: dict[str, str]) -> None:
    text = (root / path).read_text(encoding="utf-8")
    for english, chinese in entries.items():
        old = f'msgid "{english}"\nmsgstr ""'
        assert old in text, english
        text = text.replace(old, f'msgid "{english}"\nmsgstr "{chinese}"')
    (root / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def chinese(tmp_path_factory):
    root = tiny_course.make(tmp_path_factory.mktemp("chinese"))
    run(root)
    fill(root, CATALOGUE, ENTRIES)
    fill(root, "locale/zh_CN/llmlab.po", {"Hello {name}.": "你好，{name}。"})
    status, lines = run(root)
    assert status == 0
    assert lines[0].startswith("1.1 built, outputs kept")
    return root, lines


def test_chinese_edition_has_its_texts_and_falls_back(chinese):
    root, lines = chinese
    text = (root / CHINESE).read_text(encoding="utf-8")
    for chinese_text in ENTRIES.values():
        if chinese_text != "一根 & 更多":
            assert chinese_text in text
    assert "That was all of it." in text  # no translation yet
    assert f"{CATALOGUE}: 1 missing" in lines
    assert "  missing: That was all of it." in lines
    assert "两倍" not in (root / STUDENT).read_text(encoding="utf-8")


def test_chinese_figure_is_inside(chinese):
    root, _lines = chinese
    cell = json.loads((root / CHINESE).read_text(encoding="utf-8"))["cells"][0]
    address = "".join(cell["source"]).split("base64,")[1]
    drawing = base64.b64decode(address).decode()
    wanted = tiny_course.FIGURE.replace("Two bars", "两根条")
    assert drawing == wanted.replace("one bar &amp; more", "一根 &amp; 更多")


def test_messages_are_compiled(chinese):
    root, _lines = chinese
    path = root / "lib/llmlab/locale/zh_CN/LC_MESSAGES/llmlab.mo"
    with path.open("rb") as file:
        assert read_mo(file)["Hello {name}."].string == "你好，{name}。"
    assert b"Date" not in path.read_bytes()


def test_translations_are_kept_and_checked(chinese, tmp_path):
    root, _lines = chinese
    tiny_course.copy_tree(root, tmp_path)
    assert run(tmp_path, check=True)[0] == 0
    flag = "minutes = 10\ntranslated = true"
    tiny_course.edit(tmp_path, "course.toml", "minutes = 10", flag)
    run(tmp_path)
    status, lines = run(tmp_path, check=True)
    assert status == 1
    assert f"{CATALOGUE} is said to be translated" in lines
    fill(tmp_path, CATALOGUE, {"That was all of it.": "就这些。"})
    run(tmp_path)
    assert run(tmp_path, check=True)[0] == 0
    glossary_file = tmp_path / "locale/glossary.toml"
    glossary_file.write_text('[terms]\nnumber = ["数字"]\n')
    assert run(tmp_path)[0] == 0
    status, lines = run(tmp_path, check=True)
    assert status == 1
    assert any(f"{CATALOGUE}: number is not 数字 in: Twice" in line for line in lines)


def test_changed_text_keeps_its_translation_as_stale(chinese, tmp_path):
    root, _lines = chinese
    tiny_course.copy_tree(root, tmp_path)
    tiny_course.edit(tmp_path, PATH, "number added to itself", "number plus itself")
    _status, lines = run(tmp_path)
    assert f"{CATALOGUE}: 1 missing, 1 stale" in lines
    text = (tmp_path / CATALOGUE).read_text(encoding="utf-8")
    assert "#, fuzzy\nmsgid" in text and "两倍是一个数加上自己。" in text
    assert "两倍是" not in (tmp_path / CHINESE).read_text(encoding="utf-8")
