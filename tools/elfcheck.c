/* SPDX-License-Identifier: MIT */
/*
 * libelf does the byte order and the bounds of headers; every offset, count and string that
 * comes out of it is still checked here before use.  Sizes are bounded by constants of ours, so
 * a file cannot make us allocate what it claims to hold.  Read, not mapped: a file that shrinks
 * meanwhile gives an error instead of a SIGBUS.
 */
#include "elfcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

enum {
	SEGMENTS_MAX = 65536 / 56,    /* the kernel takes 64 KiB of program headers */
	SECTION_MAX_BYTES = 64 << 20, /* .dynamic, .dynsym and their strings are far smaller */
	NOTE_MAX_BYTES = 65536,
};

static const struct {
	unsigned machine;
	const char *name;
} machines[] = {
	{EM_X86_64, "x86-64"},
	{EM_386, "i386"},
	{EM_AARCH64, "AArch64"},
	{EM_ARM, "ARM"},
	{EM_RISCV, "RISC-V"},
	{EM_PPC64, "PowerPC64"},
	{EM_S390, "S/390"},
	{EM_MIPS, "MIPS"},
	{EM_LOONGARCH, "LoongArch"},
};

const char *elfcheck_machine_name(unsigned machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return NULL;
}

static void names_add(struct elfcheck_names *names, const char *name)
{
	if (!name || !*name || names->count == ELFCHECK_STRINGS_MAX)
		return;
	names->name =
		die_if_null(reallocarray(names->name, names->count + 1, sizeof(*names->name)));
	names->name[names->count++] = die_if_null(strdup(name));
}

static void names_free(struct elfcheck_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
}

void elfcheck_free(struct elfcheck *e)
{
	names_free(&e->needed);
	names_free(&e->imports);
	*e = (struct elfcheck){0};
}

static int read_interp(Elf *elf, const GElf_Phdr *ph, struct elfcheck *out)
{
	Elf_Data *data;

	if (ph->p_filesz < 2 || ph->p_filesz > sizeof(out->interp))
		return -EBADMSG;
	data = elf_getdata_rawchunk(elf, (int64_t)ph->p_offset, ph->p_filesz, ELF_T_BYTE);
	if (!data || !data->d_buf || data->d_size != ph->p_filesz)
		return -EBADMSG;
	memcpy(out->interp, data->d_buf, data->d_size);
	out->interp[data->d_size - 1] = 0;
	return 0;
}

/* Go's linker leaves a note owned by "Go", with or without cgo, static or not, and strip keeps it.
 */
static bool has_go_note(Elf *elf, const GElf_Phdr *ph)
{
	Elf_Data *data;
	GElf_Nhdr note;
	size_t next, name, desc;

	if (ph->p_filesz > NOTE_MAX_BYTES)
		return false;
	data = elf_getdata_rawchunk(elf, (int64_t)ph->p_offset, ph->p_filesz,
		ph->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
	if (!data || !data->d_buf)
		return false;
	for (size_t at = 0; (next = gelf_getnote(data, at, &note, &name, &desc)) > 0; at = next)
		if (note.n_namesz >= 3 && name + 3 <= data->d_size &&
			!memcmp((char *)data->d_buf + name, "Go", 3))
			return true;
	return false;
}

static bool is_cut(const GElf_Phdr *ph, uint64_t file_bytes)
{
	return ph->p_type == PT_LOAD &&
	       (ph->p_offset > file_bytes || ph->p_filesz > file_bytes - ph->p_offset);
}

/* libelf shows as many segments as the file has room for, of the `promised` ones. */
static int read_segments(Elf *elf, size_t promised, uint64_t file_bytes, struct elfcheck *out)
{
	size_t count;
	GElf_Phdr ph;
	int rc;

	if (elf_getphdrnum(elf, &count) || count > SEGMENTS_MAX || count != promised)
		return -EBADMSG;
	for (size_t i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &ph) || is_cut(&ph, file_bytes))
			return -EBADMSG;
		if (ph.p_type == PT_DYNAMIC)
			out->dynamic = true;
		else if (ph.p_type == PT_NOTE)
			out->go = out->go || has_go_note(elf, &ph);
		else if (ph.p_type == PT_INTERP && (rc = read_interp(elf, &ph, out)))
			return rc;
	}
	return 0;
}

static void read_needed(Elf *elf, Elf_Data *data, const GElf_Shdr *sh, struct elfcheck *out)
{
	GElf_Dyn dyn;

	for (int i = 0; i < ELFCHECK_STRINGS_MAX && gelf_getdyn(data, i, &dyn); i++) {
		if (dyn.d_tag == DT_NULL)
			break;
		if (dyn.d_tag == DT_NEEDED)
			names_add(&out->needed, elf_strptr(elf, sh->sh_link, dyn.d_un.d_val));
	}
}

static void read_imports(Elf *elf, Elf_Data *data, const GElf_Shdr *sh, struct elfcheck *out)
{
	GElf_Sym sym;

	out->imports_known = true;
	for (int i = 0; i < ELFCHECK_STRINGS_MAX && gelf_getsym(data, i, &sym); i++)
		if (sym.st_shndx == SHN_UNDEF)
			names_add(&out->imports, elf_strptr(elf, sh->sh_link, sym.st_name));
}

static bool is_sane(Elf *elf, const GElf_Shdr *sh)
{
	Elf_Scn *strings = elf_getscn(elf, sh->sh_link);
	GElf_Shdr linked;

	return sh->sh_size <= SECTION_MAX_BYTES && strings && gelf_getshdr(strings, &linked) &&
	       linked.sh_type == SHT_STRTAB && !(linked.sh_flags & SHF_COMPRESSED) &&
	       linked.sh_size <= SECTION_MAX_BYTES;
}

/* Only for names to show: the loader needs no sections, so damage here is no error. */
static void read_sections(Elf *elf, struct elfcheck *out)
{
	Elf_Scn *section = NULL;
	GElf_Shdr sh;
	Elf_Data *data;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &sh) ||
			(sh.sh_type != SHT_DYNAMIC && sh.sh_type != SHT_DYNSYM) ||
			!is_sane(elf, &sh))
			continue;
		data = elf_getdata(section, NULL);
		if (!data || !data->d_buf)
			continue;
		if (sh.sh_type == SHT_DYNAMIC)
			read_needed(elf, data, &sh, out);
		else
			read_imports(elf, data, &sh, out);
	}
}

static int read_elf(Elf *elf, uint64_t file_bytes, struct elfcheck *out)
{
	GElf_Ehdr eh;
	int rc;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
		return -EBADMSG;
	out->bits = gelf_getclass(elf) == ELFCLASS32 ? 32 : 64;
	out->machine = eh.e_machine;
	out->type = eh.e_type;
	rc = read_segments(elf, eh.e_phnum, file_bytes, out);
	if (!rc)
		read_sections(elf, out);
	return rc;
}

int elfcheck_read(const char *path, struct elfcheck *out)
{
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char magic[SELFMAG] = "";
	struct stat st;
	Elf *elf;
	int rc;

	*out = (struct elfcheck){0};
	if (fd < 0 || fstat(fd, &st))
		return -errno;
	if (pread(fd, magic, sizeof(magic), 0) < 0)
		return -errno;
	if (memcmp(magic, ELFMAG, SELFMAG))
		return -ENOEXEC;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	rc = elf ? read_elf(elf, (uint64_t)st.st_size, out) : -EBADMSG;
	elf_end(elf);
	if (rc)
		elfcheck_free(out);
	return rc;
}
