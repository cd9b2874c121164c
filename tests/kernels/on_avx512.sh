#!/usr/bin/env bash
# Runs a test program on an emulated processor with AVX-512 and AMX, where the machine has none. By hand: Bochs carries
# out some 50 million instructions a second, so the kernels' tests take minutes; it says nothing about speed.
#
#   tests/kernels/on_avx512.sh BOCHS PROGRAM [ARGUMENT...]     such as: ... build/tests/kernels_test
#
# BOCHS is the folder of Bochs 3.0's source, built by
#   ./configure --enable-x86-64 --enable-avx --enable-evex --enable-amx --enable-long-phy-address --with-nogui && make
# AMX needs four edits before that; without them the kernel below leaves AMX off and programs use AVX-512 alone:
#   cpu/decoder/fetchdecode_opmap_avx.cc  STTILECFG has VEX.W0, not W1
#   cpu/cpuid.cc  leaf 13: subleaf 1 has bit 4 of EAX, subleaf 18 bit 2 of ECX (XFD, without which Linux has no AMX)
#   cpu/xsave.cc  xsave_tilecfg_state: rows in the bytes from 48 on, bytes_per_row in the words from 8 on, not the reverse
#   cpu/msr.cc    BX_MSR_IA32_XFD and BX_MSR_IA32_XFD_ERROR can be read and written; they need do nothing
# Needs busybox-static, cpio, e2fsprogs, isolinux, syslinux-common and xorriso, and downloads Debian's kernel.
#
# Environment:
#   AMX=0        keep the kernel from using AMX, which it may not without those edits
#   SECONDS_MAX  end the emulation after so long (3000)
set -euo pipefail
(($# >= 2)) || { echo 'usage: tests/kernels/on_avx512.sh BOCHS PROGRAM [ARGUMENT...]' >&2 && exit 2; }
bochs=$(realpath "$1") program=$(realpath "$2")
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{root/{bin,lib,lib64,dev,proc,sys,tmp},initrd/{bin,modules,root,dev,proc,sys},iso/isolinux,kernel}

# The disk: the program and its libraries.
cp /bin/busybox "$program" "$work/root/bin/"
ldd "$program" | awk '$3 ~ /^\// { print $3 }' | sort -u | xargs -I{} cp -L {} "$work/root/lib/"
cp -L /lib64/ld-linux-x86-64.so.2 "$work/root/lib64/"
{
  echo 'export LD_LIBRARY_PATH=/lib OMP_NUM_THREADS=1 ATEN_CPU_CAPABILITY=default && cd /tmp'
  printf '/bin/%q' "$(basename "$program")" && printf ' %q' "$@"
  echo '; echo "ended with status $?"'
} > "$work/root/bin/go"
size=$(du -sm "$work/root" | cut -f 1)
mke2fs -q -t ext4 -O ^has_journal -d "$work/root" "$work/disk.img" "$((size + size / 5 + 32))M"

# The kernel, with the drivers of Bochs's disk.
package=$(apt-cache depends linux-image-amd64 | awk '/Depends/ { print $2; exit }')
(cd "$work/kernel" && apt-get download -qq "$package" 2> /dev/null && dpkg -x ./*.deb .)
drivers=(crc16 crct10dif_common crc-t10dif crct10dif_generic crc64 crc64_rocksoft_generic crc64-rocksoft t10-pi
  scsi_common scsi_mod libata ata_piix ata_generic sd_mod crc32c_generic libcrc32c mbcache jbd2 ext4)
for driver in "${drivers[@]}"; do
  find "$work/kernel/lib/modules" -name "$driver.ko" -exec cp {} "$work/initrd/modules/" \;
done
cp /bin/busybox "$work/initrd/bin/"
cat > "$work/initrd/init" <<END
#!/bin/busybox sh
b=/bin/busybox
\$b mount -t proc p /proc && \$b mount -t devtmpfs d /dev
for m in ${drivers[*]}; do \$b insmod /modules/\$m.ko; done
until [ -b /dev/sda ]; do \$b sleep 1; done
\$b mount -t ext4 -o ro /dev/sda /root && \$b mount -t tmpfs t /root/tmp
\$b mount -t proc p /root/proc && \$b mount -t devtmpfs d /root/dev && \$b mount -t sysfs s /root/sys
\$b chroot /root /bin/busybox sh /bin/go
\$b sleep 3
\$b poweroff -f
END
chmod +x "$work/initrd/init"
(cd "$work/initrd" && find . | cpio --quiet -o -H newc > "$work/iso/isolinux/initrd")
cp "$work"/kernel/boot/vmlinuz-* "$work/iso/isolinux/vmlinuz"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/iso/isolinux/"
# Five-level page tables, PCIDs and 1 GB pages do not survive Bochs's system management mode, which ACPI enters.
options="console=ttyS0 mitigations=off nokaslr no5lvl nopcid nogbpages nopti tsc=reliable no_timer_check lpj=1000000"
clear=112,297,580 # rep_good, erms, fsrm: it was seen to boot without them; 600 is amx_tile
[[ ${AMX-1} != 0 ]] || clear+=,600
printf 'SERIAL 0\nDEFAULT linux\nLABEL linux\nKERNEL vmlinuz\nINITRD initrd\nAPPEND quiet %s clearcpuid=%s\n' \
  "$options" "$clear" > "$work/iso/isolinux/isolinux.cfg"
xorriso -as mkisofs -quiet -o "$work/boot.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
  -boot-load-size 4 -boot-info-table "$work/iso" 2> /dev/null

vga=$(find "$bochs/bios" -name VGABIOS-lgpl-latest.bin)
cat > "$work/bochsrc" <<END
cpu: model=sapphire_rapids, ips=150000000
memory: guest=2000, host=2000
romimage: file=$bochs/bios/BIOS-bochs-latest
vgaromimage: file=$vga
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=disk, path="$work/disk.img", mode=flat
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path="$work/boot.iso", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/serial
clock: sync=none
display_library: nogui
log: $work/log
panic: action=fatal
END
: > "$work/serial"
tail -f "$work/serial" &
shown=$!
(cd "$bochs" && timeout "${SECONDS_MAX:-3000}" ./bochs -q -f "$work/bochsrc" > "$work/out" 2>&1 < /dev/null) || true
sleep 1
kill "$shown"
grep -aq 'ended with status 0' "$work/serial"
