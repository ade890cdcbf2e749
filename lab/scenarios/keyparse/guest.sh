# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/keyparse.ko
/lab/client keyload write /dev/keys ABCDEFGHIJKLMNOPQRSTUVWXYZ01 &
