"""What goes into the package of code, and that equal content gives equal bytes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import boto3
import pytest

from syne_tune.backend.sagemaker_backend import code_package
from syne_tune.backend.sagemaker_backend.code_package import CodePackage, package_code, upload_code
from syne_tune.backend.sagemaker_backend.job_template import JobTemplate
from syne_tune.errors import OptionError

REQUEST = {"AlgorithmSpecification": {"TrainingImage": "default"}}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    (folder / "sub" / "__pycache__").mkdir(parents=True)
    (folder / "train.py").write_text("print('hello')\n")
    (folder / "sub" / "more.py").write_text("x = 1\n")
    (folder / "sub" / "__pycache__" / "more.cpython-311.pyc").write_bytes(b"")
    (folder / "requirements.txt").write_text("six\n")
    return folder / "train.py"


def members(package: CodePackage) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(package.data)) as archive:
        return {member.name: member for member in archive.getmembers()}


def unpack(package: CodePackage, folder: Path) -> None:
    for name, member in members(package).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(package.data)) as archive:
            target.write_bytes(archive.extractfile(member).read())


def own(package: CodePackage) -> set[str]:
    return {name for name in members(package) if not name.startswith("syne_tune/")}


class TestContent:
    def test_folder_of_the_script(self, script: Path) -> None:
        assert own(package_code(JobTemplate(REQUEST, str(script)))) == {"train.py", "sub/more.py", "requirements.txt"}

    def test_source_dir(self, script: Path) -> None:
        template = JobTemplate(REQUEST, "sub/more.py", str(script.parent))
        assert own(package_code(template)) == {"train.py", "sub/more.py", "requirements.txt"}

    def test_script_in_source_dir_may_be_given_in_full(self, script: Path) -> None:
        template = JobTemplate(REQUEST, str(script.parent / "sub" / "more.py"), str(script.parent))
        assert template.program == "sub/more.py"
        package_code(template)

    def test_dependencies_keep_their_names(self, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "lib" / "inner").mkdir(parents=True)
        (tmp_path / "lib" / "inner" / "__init__.py").write_text("")
        (tmp_path / "single.py").write_text("")
        monkeypatch.chdir(tmp_path)
        template = JobTemplate(REQUEST, str(script), dependencies=("lib", str(tmp_path / "single.py")))
        assert own(package_code(template)) >= {"lib/inner/__init__.py", "single.py"}

    def test_virtual_environments_are_left_out(self, script: Path) -> None:
        (script.parent / "env" / "lib").mkdir(parents=True)
        (script.parent / "env" / "pyvenv.cfg").write_text("")
        (script.parent / "env" / "lib" / "big.py").write_text("")
        assert not [name for name in own(package_code(JobTemplate(REQUEST, str(script)))) if name.startswith("env/")]

    def test_links_are_followed_but_not_in_circles(self, script: Path, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "data.txt").write_text("1")
        (script.parent / "linked").symlink_to(tmp_path / "elsewhere")
        (script.parent / "sub" / "up").symlink_to(script.parent)
        names = own(package_code(JobTemplate(REQUEST, str(script))))
        assert "linked/data.txt" in names
        assert "sub/up/train.py" not in names

    def test_scripts_stay_executable(self, script: Path) -> None:
        script.chmod(0o700)
        found = members(package_code(JobTemplate(REQUEST, str(script))))
        assert (found["train.py"].mode, found["sub/more.py"].mode) == (0o755, 0o644)

    def test_nothing_is_written_beside_the_script_or_into_the_package(self, script: Path) -> None:
        """W-23: launching deleted and created a folder beside the installed package, and left a requirements.txt."""
        installed = Path(code_package.__file__).parents[2]

        def state() -> list[tuple[str, float]]:
            folders = (installed, installed.parent, script.parent)
            found = (path for folder in folders for path in folder.iterdir() if path.name != "__pycache__")
            return sorted((str(path), path.stat().st_mtime) for path in found if path.is_file())

        before = state()
        package_code(JobTemplate(REQUEST, str(script)))
        assert state() == before
        assert not (installed.parent / "tuner").exists()


class TestReporter:
    def test_is_there_and_works_with_the_standard_library_alone(self, script: Path, tmp_path: Path) -> None:
        script.write_text(
            "import sys\n"
            "from syne_tune import Reporter\n"
            "from syne_tune.utils import add_checkpointing_to_argparse, parse_bool\n"
            "from syne_tune.constants import ST_CHECKPOINT_DIR\n"
            "Reporter()(loss=0.5)\n"
            "print('foreign', [name for name in ('numpy', 'pandas', 'scipy') if name in sys.modules])\n"
        )
        unpack(package_code(JobTemplate(REQUEST, str(script))), tmp_path / "job")
        result = subprocess.run(
            [sys.executable, "-S", "train.py"], cwd=tmp_path / "job", capture_output=True, text=True, check=True, env={}
        )
        assert '[tune-metric]: {"loss": 0.5' in result.stdout
        assert "foreign []" in result.stdout

    def test_takes_what_it_lacks_from_an_installed_package(self, script: Path, tmp_path: Path) -> None:
        script.write_text("import syne_tune.somewhere\nprint(syne_tune.__file__, syne_tune.somewhere.__file__)\n")
        unpack(package_code(JobTemplate(REQUEST, str(script))), tmp_path / "job")
        (tmp_path / "site" / "syne_tune").mkdir(parents=True)
        (tmp_path / "site" / "syne_tune" / "__init__.py").write_text("")
        (tmp_path / "site" / "syne_tune" / "somewhere.py").write_text("")
        command = [sys.executable, "-S", "train.py"]
        env = {"PYTHONPATH": str(tmp_path / "site")}
        result = subprocess.run(command, cwd=tmp_path / "job", capture_output=True, text=True, check=True, env=env)
        assert result.stdout.split() == [
            str(tmp_path / "job" / "syne_tune" / "__init__.py"),
            str(tmp_path / "site" / "syne_tune" / "somewhere.py"),
        ]

    def test_gives_way_to_a_package_the_user_sends_along(self, script: Path, tmp_path: Path) -> None:
        (tmp_path / "syne_tune").mkdir()
        (tmp_path / "syne_tune" / "__init__.py").write_text("mine = True\n")
        template = JobTemplate(REQUEST, str(script), dependencies=(str(tmp_path / "syne_tune"),))
        assert [name for name in members(package_code(template)) if name.startswith("syne_tune/")] == [
            "syne_tune/__init__.py"
        ]

    def test_is_small(self, script: Path) -> None:
        assert len(package_code(JobTemplate(REQUEST, str(script))).data) < 30_000


class TestSameness:
    def test_equal_content_gives_equal_bytes(self, script: Path, tmp_path: Path) -> None:
        first = package_code(JobTemplate(REQUEST, str(script)))
        other = tmp_path / "other"
        os.rename(script.parent, other)
        os.utime(other / "train.py", (time.time() + 1000, time.time() + 1000))
        assert package_code(JobTemplate(REQUEST, str(other / "train.py"))) == first

    def test_other_content_gives_another_digest(self, script: Path) -> None:
        first = package_code(JobTemplate(REQUEST, str(script)))
        script.write_text("print('bye')\n")
        assert package_code(JobTemplate(REQUEST, str(script))).digest != first.digest


class TestMistakes:
    def test_missing_script_names_the_nearest(self, script: Path) -> None:
        with pytest.raises(OptionError, match=r"did you mean 'train\.py'"):
            package_code(JobTemplate(REQUEST, str(script.with_name("trian.py"))))

    def test_script_outside_of_source_dir(self, script: Path) -> None:
        with pytest.raises(OptionError, match="is not in source_dir"):
            package_code(JobTemplate(REQUEST, str(script), str(script.parent / "sub")))

    def test_missing_folder(self, tmp_path: Path) -> None:
        with pytest.raises(OptionError, match="is no folder"):
            package_code(JobTemplate(REQUEST, "train.py", str(tmp_path / "nowhere")))

    def test_missing_dependency(self, script: Path) -> None:
        with pytest.raises(OptionError, match="Dependency 'nowhere' does not exist"):
            package_code(JobTemplate(REQUEST, str(script), dependencies=("nowhere",)))

    def test_two_different_files_of_one_name(self, script: Path, tmp_path: Path) -> None:
        (tmp_path / "train.py").write_text("something else")
        with pytest.raises(OptionError, match=r"different 'train\.py'"):
            package_code(JobTemplate(REQUEST, str(script), dependencies=(str(tmp_path / "train.py"),)))

    def test_large_folders_are_not_sent_along_unasked(self, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(code_package, "_MAX_FOLDER_BYTES", 5)
        with pytest.raises(OptionError, match="source_dir"):
            package_code(JobTemplate(REQUEST, str(script)))
        package_code(JobTemplate(REQUEST, "train.py", str(script.parent)))


@pytest.mark.usefixtures("account")
class TestUpload:
    def test_happens_once(self) -> None:
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="bucket")
        sent = []
        s3.meta.events.register("before-call.s3.PutObject", lambda **_: sent.append(1))
        package = CodePackage(b"data", "0123456789abcdef" * 4)
        uris = {upload_code(package, s3, "bucket", "some/prefix/") for _ in range(3)}
        assert uris == {"s3://bucket/some/prefix/0123456789abcdef/sourcedir.tar.gz"}
        assert (
            s3.get_object(Bucket="bucket", Key="some/prefix/0123456789abcdef/sourcedir.tar.gz")["Body"].read()
            == b"data"
        )
        assert len(sent) == 1

    def test_missing_bucket_is_named(self) -> None:
        with pytest.raises(OptionError, match=r"'no-such-bucket'.*s3_path"):
            upload_code(CodePackage(b"data", "0" * 64), boto3.client("s3"), "no-such-bucket", "")
