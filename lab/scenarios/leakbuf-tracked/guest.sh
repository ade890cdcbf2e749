# Runs in the guest, sourced by init.
echo 1 > /proc/sys/vm/panic_on_oom
insmod /lab/leakbuf.ko
