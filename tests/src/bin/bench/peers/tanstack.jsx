// TanStack Table and TanStack Virtual in React, after the documentation's example of virtualized rows: fixed row height, the
// virtualizer in the lowest component, elements of rows that stay kept (memo), comparators and filters that do the least.
import { memo, useState } from "react";
import { createRoot } from "react-dom/client";
import { flushSync } from "react-dom";
import {
  columnFilteringFeature,
  columnSizingFeature,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_equals,
  filterFn_includesString,
  globalFilteringFeature,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";

const features = tableFeatures({
  columnFilteringFeature,
  columnSizingFeature,
  globalFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
});
const columns = SETTINGS.columns.map(({ field, width }) => ({
  accessorKey: field,
  header: field,
  size: width,
  filterFn: filterFn_equals,
  sortFn: sortFn_basic,
}));
const everyColumn = () => true;

let table;

const Row = memo(function Row({ row, start }) {
  return (
    <div className="row" style={{ height: SETTINGS.row_height, transform: `translateY(${start}px)` }}>
      {row.getAllCells().map(cell => (
        <div key={cell.id} style={{ width: cell.column.getSize() }}>
          {String(cell.getValue())}
        </div>
      ))}
    </div>
  );
});

function Body({ rows, scroll }) {
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll,
    estimateSize: () => SETTINGS.row_height,
    getItemKey: index => rows[index].id,
    overscan: 5,
  });
  return (
    <div className="body" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(item => (
        <Row key={item.key} row={rows[item.index]} start={item.start} />
      ))}
    </div>
  );
}

function App({ data }) {
  // Kept in state: the virtualizer below looks for it before a parent's ref is set.
  const [scroll, setScroll] = useState(null);
  table = useTable({
    features,
    columns,
    data,
    globalFilterFn: filterFn_includesString,
    getColumnCanGlobalFilter: everyColumn,
  });
  return (
    <div className="scroll" ref={setScroll}>
      <div className="head">
        {table.getFlatHeaders().map(header => (
          <div key={header.id} style={{ width: header.getSize() }}>
            {header.column.columnDef.header}
          </div>
        ))}
      </div>
      <Body rows={table.getRowModel().rows} scroll={scroll} />
    </div>
  );
}

// Drawn before the count is asked for, as React does by itself for what its own handlers change.
const now = change => flushSync(change);
start({
  fill(rows) {
    const root = createRoot(document.querySelector("#grid"));
    now(() => root.render(<App data={rows} />));
  },
  search: text => now(() => table.setGlobalFilter(text)),
  filter: (field, value) => now(() => table.setColumnFilters(value === null ? [] : [{ id: field, value }])),
  sort: keys => now(() => table.setSorting(keys.map(id => ({ id, desc: false })))),
  matching: () => table.getRowModel().rows.length,
  hasRows: () => document.querySelector("#grid .row") !== null,
  scroller: () => document.querySelector("#grid .scroll"),
});
