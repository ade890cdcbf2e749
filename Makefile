# SPDX-License-Identifier: GPL-2.0-or-later
# A thin front for meson. `make help` lists what there is.

BUILD  ?= build
SAMPLE  = samples/netoops.vmcore

.PHONY: all help setup demo check lab bench sanitize fuzz format lint install clean

all:
	@tools/setup --check build
	@tools/build $(BUILD)

help:
	@echo "make            build $(BUILD)/inquest"
	@echo "make demo       install what is missing, build, and analyze the sample vmcore"
	@echo "make check      install what is missing, build, and run the tests"
	@echo "make setup      install the packages that building and testing need"
	@echo "make lab        make vmcores in QEMU and score inquest on them (long)"
	@echo "make bench      time and memory: inquest and crash on the same vmcore, and 500 to 5,000 blocked threads"
	@echo "make sanitize   the tests again under ASan and UBSan, with more hostile input"
	@echo "make fuzz       libFuzzer on the parsers, FUZZ_SECONDS (60) each"
	@echo "make format     clang-format on all sources"
	@echo "make lint       formatting, floors, headers, docs, cppcheck"
	@echo "make install    meson install (DESTDIR is honoured)"
	@echo "make clean      remove the build directories"

setup:
	@tools/setup build test

demo:
	@tools/setup build
	@tools/build $(BUILD)
	@echo "\$$ $(BUILD)/inquest $(SAMPLE)" >&2
	@$(BUILD)/inquest $(SAMPLE)

check:
	@tools/setup build test
	@tools/build $(BUILD)
	@tools/run-tests $(BUILD)

lab:
	@tools/setup build
	@lab/setup
	@tools/build $(BUILD)
	@lab/all $(LAB_ARGS)

bench:
	@tools/setup build
	@tools/setup bench || true
	@lab/setup || true
	@tools/build $(BUILD)
	@bench/run --verbose

# gcc warns wrongly where sanitizers change the code, so warnings are no errors here.
sanitize:
	@tools/setup build test
	@tools/build $(BUILD)-asan -Db_sanitize=address,undefined -Db_lundef=false -Dwerror=false
	@ASAN_OPTIONS=allocator_may_return_null=1 HOSTILE=full tools/run-tests $(BUILD)-asan --no-suite house

fuzz:
	@tools/setup build fuzz
	@fuzz/run

format:
	@tools/setup test
	@tools/check-format --fix

lint:
	@tools/setup build test
	@tools/build $(BUILD)
	@tools/run-tests $(BUILD) --suite house

install: all
	@meson install -C $(BUILD) --no-rebuild

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-fuzz
