from pathlib import Path

import pytest

from cleaning.errors import CleanError
from cleaning.language import DEFAULT_ENGINE
from cleaning.profile import load_profile


def test_the_norwegian_profile_cleans_and_then_keeps_both_written_forms() -> None:
    profile = load_profile("no")
    assert (profile.name, profile.languages) == ("no", ("nb", "nn"))
    names = [step.name for step in profile.steps()]
    assert names.index("strip_markup") < names.index("normalise") < names.index("min_words") < names.index("language")


def test_any_language_is_cleaned_and_none_is_dropped_for_its_language() -> None:
    profile = load_profile("any")
    assert not {"identify", "language", "function_words", "other_languages"} & {step.name for step in profile.steps()}
    assert "phone" not in profile.masks()


@pytest.mark.parametrize("name", ["no", "any"])
def test_personal_data_is_masked_last_so_that_its_places_are_those_of_the_kept_text(name: str) -> None:
    names = [step.name for step in load_profile(name).steps()]
    rewriting = {"extract_html", "strip_markup", "repair_encoding", "normalise", "repeated_lines", "drop_phrase_lines"}
    assert max(names.index(step) for step in rewriting & set(names)) < names.index("mask_personal_data")


@pytest.mark.parametrize("name", ["no", "any"])
def test_rules_about_shares_are_for_long_texts(name: str) -> None:
    steps = load_profile(name).steps()
    asked_of_all = {step.name for step in steps if step.scope.min_chars == 0}
    assert not {"function_words", "phrases", "gopher_quality", "gopher_repetition", "c4_quality"} & asked_of_all
    assert "gopher_repetition" in {step.name for step in steps if step.scope.min_chars == 500}


def own(folder: Path, text: str) -> str:
    """A profile file with that text."""
    path = folder / "own.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_another_engine_takes_the_place_of_the_profiles_own() -> None:
    assert load_profile("no").engines() == (DEFAULT_ENGINE,)
    profile = load_profile("no", "polyglot")
    assert profile.engines() == ("polyglot",)
    assert [step.name for step in profile.steps()] == [step.name for step in load_profile("no").steps()]
    with pytest.raises(CleanError, match=r"no language engine 'poliglot'; did you mean 'polyglot'\?"):
        load_profile("no", "poliglot")
    with pytest.raises(CleanError, match="the language profile any has no step `identify`"):
        load_profile("any", "polyglot")


HEAD = 'name = "own"\nlanguages = ["da"]\n'


def test_a_file_of_ones_own_is_a_profile_and_is_read_anew(tmp_path: Path) -> None:
    step = '[[steps]]\nstep = "min_words"\nwords = {}\n'
    assert load_profile(own(tmp_path, HEAD + step.format(5))).entries == ({"step": "min_words", "words": 5},)
    assert load_profile(own(tmp_path, HEAD + step.format(7))).entries == ({"step": "min_words", "words": 7},)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + '[[steps]]\nstep = "min_word"', "no cleaning step 'min_word'; did you mean 'min_words'"),
        (HEAD + "[[steps]]\nwords = 2", "no cleaning step None; known are .*, empty, "),
        (HEAD + '[[steps]]\nstep = "min_words"\nword = 2', "min_words has no parameter 'word'; did you mean 'words'"),
        (
            HEAD + '[[steps]]\nstep = "empty"\nwords = 2',
            "empty has no parameter 'words'; known are max_chars, min_chars, sources",
        ),
        (HEAD + '[[steps]]\nstep = "min_words"\nwords = "two"', "min_words.words is 'two': expected one such as 2"),
        (HEAD + '[[steps]]\nstep = "language"\nkeep = "nb"', "language.keep is 'nb': expected one such as"),
        (HEAD + '[[steps]]\nstep = "language"\nthresholds = [{below = 40, score = 0.3}]', "the keys min_score, source"),
        (
            HEAD + '[[steps]]\nstep = "identify"\nengine = "linguo"',
            "no language engine 'linguo'; did you mean 'lingua'",
        ),
        (HEAD + 'steps = ["empty"]', "a cleaning step is a table with a key `step`, found 'empty'"),
        ('name = "own"\nlanguages = "da"\nsteps = []', "needs languages, a list; found 'da'"),
        ('languages = ["da"]\nsteps = []', "needs name, a str; found None"),
        (HEAD, "needs steps, a list"),
        ('lists = "a"\n' + HEAD + "steps = []", "needs lists, a dict; found 'a'"),
        (HEAD + '[[steps]]\nstep = "min_words"\nwords = -1', "min_words.words is -1: .* `int` >= 0"),
        (HEAD + '[[steps]]\nstep = "digit_share"\nmost = 50', "digit_share.most is 50: .* `float` <= 1.0"),
        (HEAD + '[[steps]]\nstep = "digit_share"\nmost = nan', "digit_share.most is nan: .* `float`"),
        (HEAD + '[[steps]]\nstep = "gopher_repetition"\nmax_top_n_grams = [20]', "`float` <= 1.0"),
        (HEAD + '[[steps]]\nstep = "gopher_quality"\nmax_bullets = -0.1', "`float` >= 0.0"),
        (HEAD + '[[steps]]\nstep = "fineweb_quality"\nmax_short_lines = 67', "`float` <= 1.0"),
        (HEAD + '[[steps]]\nstep = "c4_quality"\nmin_sentences = -5', "`int` >= 0"),
        (
            HEAD + '[[steps]]\nstep = "translated"\nsigns = [{name = "a", pattern = "("}]',
            r"translated.signs is .*'\(' is no regular expression: missing \)",
        ),
        (
            HEAD + '[[steps]]\nstep = "translated"\nsigns = [{name = "a", pattern = "a{99999999999}"}]',
            "is no regular expression: the repetition number is too large",
        ),
        ("name = no", "is not TOML"),
    ],
)
def test_a_profile_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CleanError, match=message):
        load_profile(own(tmp_path, text))


def test_a_missing_profile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CleanError, match=r"no language profile 'nn'; did you mean 'no'|known are any, no"):
        load_profile("nn")
    with pytest.raises(CleanError, match="cannot be read: No such file"):
        load_profile(str(tmp_path / "none.toml"))
    (tmp_path / "latin.toml").write_bytes('name = "bøker"'.encode("latin-1"))
    with pytest.raises(CleanError, match="is not TOML in UTF-8"):
        load_profile(str(tmp_path / "latin.toml"))
