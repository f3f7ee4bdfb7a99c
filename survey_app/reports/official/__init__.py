"""Reports in the layout of official documents (thể thức văn bản, Nghị định 30/2020/NĐ-CP)."""
