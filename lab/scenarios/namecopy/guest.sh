# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/namecopy.ko
echo -n "nightly-backup-of-accounts-in-2021" > /dev/volume
/lab/client volstat read /dev/volume &
